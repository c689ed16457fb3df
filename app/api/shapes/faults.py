"""What was wrong in a sheet, as it is shown."""

from pydantic import Field

from app.api.views import View


class FaultView(View):
    """One cell. `why` is in Chinese, like the sheet itself."""

    line: int
    cell: str = Field(examples=["B5"])
    title: str = Field(examples=["隐患类别"])
    value: str
    why: str = Field(examples=["只能填：消防、用电"])
