"""The cast: acme the client, ada the expert, rhea the reviewer, mallory the outsider."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from itertools import count
from threading import Barrier, Thread
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection
from django.test import Client, TransactionTestCase
from django.urls import reverse
from django.utils import translation
from stripe import HTTPClient

from accounts.models import Membership, Organisation, User
from accounts.models.user import REVIEWERS
from marketplace.kit import paper
from tests import factories
from tests.embedded_postgres import TEMPLATE, wait_until_migrated
from tests.laid import ground, laid

NOON = factories.NOON


def pytest_configure():
    """Do without what only costs time here: slow hashes, patience, looking for garbage."""
    # Every 700 objects, which is Python's own rule, it takes a twentieth of the run.
    gc.set_threshold(20_000, 20, 50)
    hypothesis.settings.register_profile(
        "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("patient")
    # Stripe's SDK repeats at once; how long it waits in between is not what we test.
    HTTPClient.INITIAL_DELAY = 0.01
    # Nobody listens there, whatever else runs on this machine; who needs Stripe has a stand-in.
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    # Doors answer on steps; who tests that says how long one is.
    settings.DOOR_STEP_MS = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TEMPLATE in os.environ:
        TransactionTestCase._fixture_teardown = empty_the_database


# What Django writes after migrating stays.
WRITTEN_BY_MIGRATING = {"django_content_type", "auth_permission"}
# Rows go without asking the triggers that keep them for ever; only a superuser may say so, which
# we are on the tests' own server.
EMPTY = """
DO $$
DECLARE
    name text;
    is_used boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOREACH name IN ARRAY ARRAY[{}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO is_used;
        IF is_used THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END
$$
"""


def empty_the_database(_case):
    """Undo a test with real transactions: Django empties all tables, which takes half a second."""
    tables = set(connection.introspection.django_table_names(only_existing=True))
    names = ", ".join(f"'{name}'" for name in sorted(tables - WRITTEN_BY_MIGRATING))
    with connection.cursor() as cursor:
        cursor.execute(EMPTY.format(names))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Let each worker's database begin as a copy of the migrated one."""
    if template := os.environ.get(TEMPLATE):
        wait_until_migrated(template)
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(autouse=True)
def fresh_cache():
    """Rate limits live in the cache, and pages; one test's attempts are not another's."""
    for each in settings.CACHES:
        caches[each].clear()


@pytest.fixture(autouse=True)
def fresh_language():
    """A request leaves its language behind in its thread, for the next request to replace."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def fresh_ground():
    """Nothing has been laid down for this test yet."""
    ground.clear()


@pytest.fixture(scope="session")
def media_folders(tmp_path_factory):
    """Names of folders that are not there yet; making one for each test takes seconds of a run."""
    return map(tmp_path_factory.mktemp("media").joinpath, map(str, count()))


@pytest.fixture(autouse=True)
def private_media(settings, media_folders):
    """Keep uploads of a test in its own folder."""
    settings.MEDIA_ROOT = next(media_folders)


@pytest.fixture(scope="session")
def s3():
    """One S3 for all tests that have files in a bucket."""
    from tests.bucket import serving  # noqa: PLC0415 (most runs do without)

    with serving() as s3:
        yield s3


@pytest.fixture(params=["folder", "bucket"])
def files_lie(request, settings):
    """Keep uploads of a test in its folder first, then in a bucket of its own."""
    if request.param == "bucket":
        s3 = request.getfixturevalue("s3")
        settings.STORAGES = settings.STORAGES | {"default": s3.storage(s3.bucket())}
    return request.param


@pytest.fixture(autouse=True)
def nobody_is_sampled(settings):
    """Public ids are random; whether a second reviewer judges is said by the test that asks."""
    settings.VETTING_SAMPLE_PERCENT = 0


@laid
def acme(db) -> User:
    """The client: owner of the organisation Acme."""
    user = User.objects.create_user("acme@attest.example", name="Dana Whitlock")
    organisation = Organisation.objects.create(name="Acme", country="GB", created_at=NOON)
    Membership.objects.create(
        organisation=organisation, user=user, role=Membership.Role.OWNER, created_at=NOON
    )
    return user


@laid
def ada(db) -> User:
    """The expert: a profile, and a valid badge in RAG at level 3."""
    user = User.objects.create_user("ada@attest.example", name="Ada Okonkwo")
    expert = factories.expert(user)
    factories.badge(expert, factories.skill("rag"), level=3)
    return user


@laid
def rhea(db) -> User:
    """The reviewer: staff, in the reviewers' group."""
    user = User.objects.create_user("rhea@attest.example", name="Rhea Lindqvist", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=REVIEWERS)[0])
    return user


@laid
def mallory(db) -> User:
    """A signed-in person with no part in any of it."""
    return User.objects.create_user("mallory@attest.example", name="Mallory")


@pytest.fixture
def program():
    """Ask an address of the API as somebody, with JSON and headers."""

    def ask(user, method: str, name: str, *args: str, body: object = None, **headers: str) -> Any:
        client = Client(headers=headers)
        client.force_login(user)
        send = getattr(client, method)
        address = reverse(f"api:{name}", args=args)
        if body is None:
            return send(address)
        return send(address, body, content_type="application/json")

    return ask


@pytest.fixture
def change(program):
    """Change a row as somebody who has just read it."""

    def change(user, name: str, row, /, **body: object) -> Any:
        read = program(user, "get", name, row.public_id)
        tag = read.headers.get("ETag", "")
        return program(user, "patch", name, row.public_id, body=body, **{"If-Match": tag})

    return change


@pytest.fixture
def draws() -> None:
    """Skip where no PDF can be drawn; CI installs what that takes."""
    try:
        paper.library()
    except paper.CannotPrint:
        pytest.skip("no pango here: apt install libpango-1.0-0 libpangoft2-1.0-0")


@pytest.fixture
def without_pango(monkeypatch) -> None:
    """Be on a machine where no PDF can be drawn."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)


@pytest.fixture
def at_once():
    """Run calls in the same moment and return what each returned or raised, in their order."""

    def at_once(*calls: Callable[[], Any]) -> Sequence[Any]:
        start = Barrier(len(calls))
        outcomes: list[Any] = [None] * len(calls)

        def run(number: int, call: Callable[[], Any]) -> None:
            start.wait()
            try:
                outcomes[number] = call()
            except Exception as error:  # noqa: BLE001 (an outcome like any other)
                outcomes[number] = error
            finally:
                connection.close()

        threads = [Thread(target=run, args=item) for item in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    return at_once
