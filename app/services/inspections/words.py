"""What kinds and states of inspections are called where no screen says it."""

from app.models.inspection import InspectionKind, InspectionStatus

KIND_WORDS: dict[InspectionKind, str] = {
    InspectionKind.ROUTINE: "日常检查",
    InspectionKind.SPECIAL: "专项检查",
    InspectionKind.JOINT: "联合检查",
    InspectionKind.ANNOUNCED: "明查",
    InspectionKind.UNANNOUNCED: "暗访",
    InspectionKind.NO_NOTICE: "四不两直",
}
STATUS_WORDS: dict[InspectionStatus, str] = {
    InspectionStatus.OPEN: "在办",
    InspectionStatus.CLOSED: "已办结",
    InspectionStatus.CALLED_OFF: "已取消",
}
