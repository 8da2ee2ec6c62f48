"""One record of a run log, and the chain that the records form."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA_VERSION = 1
FIRST_PREV_HASH = "0" * 64
LOG_NAME = "run.jsonl"
FRAMES_NAME = "frames"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the log.

    Attributes:
        schema_version: version of this format.
        run_id: name of the run.
        seq: place in the log, from 0.
        t_s: seconds since the run began.
        event: what happened.
        data: the particulars, as JSON.
        prev_hash: hash of the record before, or zeros for the first.
        hash: SHA-256 over the canonical JSON of all the other fields.
    """

    schema_version: int
    run_id: str
    seq: int
    t_s: float
    event: str
    data: Mapping[str, Any]
    prev_hash: str
    hash: str

    @classmethod
    def make(
        cls, *, run_id: str, seq: int, t_s: float, event: str, data: Mapping[str, Any], prev_hash: str
    ) -> "Record":
        """Make a record with its hash."""
        fields: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "run_id": run_id,
            "seq": seq,
            "t_s": t_s,
            "event": event,
            "data": data,
            "prev_hash": prev_hash,
        }
        return cls(**fields, hash=_digest(fields))

    @classmethod
    def parse(cls, line: str) -> "Record":
        """Read a line.

        Raises:
            ValueError: it is not a record.
        """
        fields = json.loads(line)
        try:
            record = cls(**fields)
        except TypeError as exc:  # no object, or not of these fields
            raise ValueError(str(exc)) from exc
        if not record._is_well_typed:
            raise ValueError("a field has the wrong type")
        return record

    @property
    def _is_well_typed(self) -> bool:
        return isinstance(self.seq, int) and isinstance(self.data, dict) and isinstance(self.event, str)

    @property
    def is_intact(self) -> bool:
        """Whether the hash fits the rest."""
        fields = asdict(self)
        return self.hash == _digest({name: value for name, value in fields.items() if name != "hash"})

    def to_line(self) -> str:
        """The line, without its end."""
        return _canonical(asdict(self))


def _canonical(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(fields).encode()).hexdigest()
