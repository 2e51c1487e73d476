"""Looking at a corpus and at recordings: what is in them, whether they are whole, a contact sheet."""

from pipelines.inspect.contact_sheet import write_sheet
from pipelines.inspect.info import gather
from pipelines.inspect.verify import verify

__all__ = ["gather", "verify", "write_sheet"]
