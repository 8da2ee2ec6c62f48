"""How each kind of step is carried out.

``eyes`` sees, ``finder`` finds, ``hands`` acts after a last look, ``pace`` holds back; the executors
(``clicking``, ``choosing``, ``keyboard``, ``scrolling``, ``waiting``, ``window_steps``) put them together, and
``execute`` picks the executor.

What is taken for the effect of a click, and what not (``observation.Change.is_effect``): a window or dialog that opens,
closes, changes its title or takes the focus; anything drawn beside the target; more than a text cursor elsewhere in its
window; something large anywhere. Not: what the pointer alone causes (it rests on the target before the picture that is
compared with, and tooltips are left out later, too), what was in motion before the click, notifications, a clock on
the panel. So "delivered" means that the program reacted to the click, not that it did what was hoped for: a click on a
wrong button that does something is delivered, as is one that coincides with a clock changing inside the window. Where
a step knows what must be true afterwards (a text, a checkbox, a selected option, a window), that is read back instead.
"""
