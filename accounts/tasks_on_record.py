"""Follows Celery: what a task changes stands on record under the task's name and its number."""

from contextlib import AbstractContextManager, ExitStack
from typing import Any

from celery.signals import task_postrun, task_prerun

from accounts.services import deeds
from marketplace.kit.logs import request_id

# The tasks that run in this process, by their numbers; in a test one may run inside another.
_running: dict[str, AbstractContextManager[Any]] = {}


@task_prerun.connect
def begin(task_id: str, task: Any, **_: Any) -> None:
    """Name the task in the log and in the histories, as a request is named."""
    stack = ExitStack()
    token = request_id.set(task_id.replace("-", "")[:32])
    stack.callback(request_id.reset, token)
    stack.enter_context(deeds.on_record(lambda: deeds.deed(task.name)))
    _running[task_id] = stack


@task_postrun.connect
def end(task_id: str, **_: Any) -> None:
    """Forget it, however it ended."""
    if stack := _running.pop(task_id, None):
        stack.__exit__(None, None, None)
