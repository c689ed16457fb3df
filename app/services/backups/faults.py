"""Why a backup or a restore does not happen, in one sentence for the operator."""


class BackupError(RuntimeError):
    """Nothing was changed, or what was begun can be begun again; the message says what to do."""
