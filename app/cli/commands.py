"""Every part of running a county, each with its help."""

import typer

from app.cli import audit, backup, contract, county, doctor, ledger, personal, scheme, serving

app = typer.Typer(
    name="safegrid",
    help="安格 SafeGrid: work-safety grid management for a county.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
for command in (
    serving.run,
    serving.serve,
    serving.worker,
    county.migrate,
    county.demo,
    county.create_admin,
    county.reset_second_factor,
    county.reset_password,
    county.settings,
    backup.restore,
    doctor.doctor,
    ledger.import_ledger,
    personal.retention,
    contract.export_contract,
):
    app.command()(command)
app.add_typer(audit.app, name="audit")
app.add_typer(backup.app, name="backup", no_args_is_help=True)
app.add_typer(scheme.app, name="scheme", no_args_is_help=True)
