"""What a field is called in the model that has it: one name may mean different things."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from app.api.words.field_names import FIELDS_ZH

FIELDS_OF_MODELS_ZH: Mapping[str, Mapping[str, str]] = {
    "AddGrid": {"name": "网格名称"},
    "AddObject": {"name": "名称"},
    "AddOrganization": {"name": "单位名称"},
    "AddPerson": {"name": "姓名"},
    "AddPost": {"role": "岗位"},
    "AddTraining": {"title": "培训名称"},
    "DecideKind": {"name": "种类名称"},
    "EditGrid": {"name": "网格名称"},
    "EditInspection": {"name": "检查名称"},
    "EditObject": {"name": "名称"},
    "EditOrganization": {"name": "单位名称"},
    "EditPerson": {"name": "姓名"},
    "EditTraining": {"title": "培训名称"},
    "KeepDocument": {"form": "形式"},
    "OrderCampaign": {"name": "检查名称"},
    "PhotoPromise": {"role": "用途"},
    "PlanInspection": {"name": "检查名称"},
    "ReviseDocument": {"form": "形式"},
}


def field_zh(names: Sequence[str], model: Any = None) -> str:
    """What the last of `names` is called, in the model that a body of this type has it in."""
    owner, here = None, _model_in(model)
    last = next((name for name in reversed(names) if not name.isdigit()), "body")
    for name in names:
        if here is not None and name in here.model_fields:
            owner, here = here, _model_in(here.model_fields[name].annotation)
            if name == last and name in (own := FIELDS_OF_MODELS_ZH.get(owner.__name__, {})):
                return own[name]
    return FIELDS_ZH.get(last, last)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Itself, or that of which it is a list, a choice or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
