"""The subcommands of ``foveal``: each module has ``add_parser`` and a ``run`` that returns the exit status.

Nothing heavy is imported at module level: ``foveal --help`` reads all of them.
"""
