"""What accidents are called in lists that leave the system: words of GB 6441."""

from app.models.accident import AccidentKind, AccidentStatus

KIND_WORDS: dict[AccidentKind, str] = {
    AccidentKind.FIRE: "火灾",
    AccidentKind.EXPLOSION: "爆炸",
    AccidentKind.COLLAPSE: "坍塌",
    AccidentKind.POISONING: "中毒和窒息",
    AccidentKind.VEHICLE: "车辆伤害",
    AccidentKind.ELECTRIC_SHOCK: "触电",
    AccidentKind.FALL: "高处坠落",
    AccidentKind.DROWNING: "淹溺",
    AccidentKind.OTHER: "其他",
}
STATUS_WORDS: dict[AccidentStatus, str] = {
    AccidentStatus.OPEN: "办理中",
    AccidentStatus.CLOSED: "已终报",
    AccidentStatus.FALSE_ALARM: "误报",
}
