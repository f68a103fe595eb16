"""`amurlive jobs` and `amurlive worker`."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from service.console import explained, say, show_json, usage
from service.i18n import N_, Message
from service.people.operating import opened

PATIENCE = 8.0  # seconds before somebody who watches is told that nobody works
app = typer.Typer(no_args_is_help=True, help="Background work: order, list, watch, cancel.")


@app.command()
def start(
    kind: str,
    parameter: Annotated[list[str] | None, typer.Option("--set", help="name=value; lists by commas.")] = None,
    watch: Annotated[bool, typer.Option("--watch/--no-watch", help="Stay and show how far it is.")] = True,
) -> None:
    """Order a job; a running service or “amurlive worker” does it. Example: amurlive jobs start documents --set shows=sample-evening --set formats=docx,srt"""
    from pydantic import ValidationError

    from service.errors import NotFound
    from service.jobs.kinds import KINDS
    from service.jobs.ordering import order
    from service.people.secrets import installation_key
    from service.settings import Settings
    from service.worker.making import make_queue

    settings = Settings()
    given = dict(text.partition("=")[::2] for text in parameter or [])
    with explained(), opened() as database:
        make_queue(settings, installation_key(settings), database)
        if kind not in KINDS:
            raise NotFound(kind=Message(N_("The kind of job")), name=kind, known=KINDS)
        model = KINDS[kind].parameters
        lists = {name for name, field in model.model_fields.items() if "list" in str(field.annotation)}
        try:
            wanted = model.model_validate({n: v.split(",") if n in lists else v for n, v in given.items()})
        except ValidationError as error:
            usage(error)
        with database.writing() as session:
            number = order(session, kind=kind, parameters=wanted).id
    say(N_("Job {job} is queued."), job=number)
    if watch:
        watch_job(number)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False) -> None:
    """The newest jobs of the organisation. Example: amurlive jobs list"""
    from service.jobs.api import shown
    from service.jobs.ordering import job_page

    with explained() as locale, opened() as database, database.reading() as session:
        found = [shown(job, locale, None) for job in job_page(session, after=None, limit=50)[0]]
    if as_json:
        show_json([job.model_dump(mode="json") for job in found])
        return
    for job in found:
        typer.echo(f"{job.id:>6}  {job.state:<10} {job.done}/{job.total or '—'}  {job.kind:<18} {job.person}  {job.created_at:%Y-%m-%d %H:%M}Z")  # fmt: skip


@app.command("watch")
def watch_job(job: int) -> None:
    """Show a job's progress until it is over; code 1 if it fails. Example: amurlive jobs watch 12"""
    from service.jobs.api import shown
    from service.jobs.models import FINAL
    from service.jobs.ordering import find_job
    from service.people.secrets import installation_key
    from service.queue import Queue
    from service.settings import Settings

    settings = Settings()
    queue = Queue(settings, installation_key(settings))
    with explained() as locale, opened() as database, typer.progressbar(length=1000, label=f"{job}") as bar:
        at, began, hinted = 0, time.monotonic(), False
        while True:
            with database.reading() as session:
                now = shown(find_job(session, job), locale, queue)
            reached = 1000 if now.state == "done" else int(1000 * now.done / now.total) if now.total else 0
            bar.update(max(0, reached - at))
            at = max(at, reached)
            if now.state in FINAL:
                break
            if now.state == "queued" and not hinted and time.monotonic() - began > PATIENCE:
                hinted = True
                typer.echo("", err=True)
                typer.echo(
                    Message(
                        N_(
                            "Nobody has taken the job yet. Does the service run, or “amurlive worker”? Ctrl+C leaves it in the queue."
                        )
                    ).say(locale),
                    err=True,
                )
            time.sleep(0.3)
    if now.error:
        typer.echo(f"{now.error.title} {now.error.remedy}", err=True)
        raise SystemExit(1)
    typer.echo(f"{now.state}: {now.file or now.result or ''}")


@app.command()
def cancel(job: int) -> None:
    """Cancel a job. Example: amurlive jobs cancel 12"""
    from service.jobs.ordering import cancel as cancel_job

    with explained(), opened() as database, database.writing() as session:
        state = cancel_job(session, job=job).state
    say(N_("Job {job}: {state}; a running one stops at its next step."), job=job, state=state)


@app.command()
def file(job: int, out: Annotated[str, typer.Option(help="Where to write it; default: its own name.")] = "") -> None:
    """Fetch the file a job made. Example: amurlive jobs file 12"""
    from pathlib import Path

    from service.jobs.ordering import file_of

    with explained(), opened() as database, database.reading() as session:
        name, made = file_of(session, job=job)
        target = Path(out or Path(name).name)
        target.write_bytes(made.content)
    typer.echo(str(target))


def worker(threads: Annotated[int, typer.Option("--threads", min=1, max=64, help="Jobs done at once.")] = 2) -> None:
    """Do background work in a process of its own, beside services started with AMURLIVE_WORKERS=0. Example: amurlive worker --threads 4"""
    import signal
    import threading

    from service import logs
    from service.people.secrets import installation_key
    from service.settings import Settings
    from service.worker.making import make_queue

    settings = Settings()
    logs.configure(settings.log_level, settings.log_format)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with explained(), opened() as database:
        queue = make_queue(settings, installation_key(settings), database)
        queue.start(threads)
        say(N_("The worker waits for work — stop it with Ctrl+C."))
        stop.wait()
        queue.stop()
