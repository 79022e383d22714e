"""How a column writes what it holds: its unit is decided once a column, from all of it, and shown; never cell by cell."""

from tapes.forms.form import form_column
from tapes.forms.formed import Context, Formed

__all__ = ["Context", "Formed", "form_column"]
