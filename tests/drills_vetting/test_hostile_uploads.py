"""The hostile uploads: every one is refused, quickly, in bounded memory, and none is stored.

What each is refused with stands in `verdicts.txt`, a sentence and below it the labels, so that a
change of a reason is seen and read by whoever makes it.
"""

import io
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from marketplace.kit import files
from marketplace.kit.files import FileRefused
from tests import factories
from tests.drills_vetting import hostile_files

LIMIT = 20 * 1_048_576


def golden() -> dict[str, str]:
    """Return the sentence that refuses each upload, by its label."""
    found, sentence = {}, ""
    for line in (Path(__file__).parent / "verdicts.txt").read_text().splitlines():
        if line.startswith(" "):
            found |= dict.fromkeys(line.split(), sentence)
        else:
            sentence = line
    return found


VERDICTS = golden()
# What one refusal may cost: seconds of a processor, and memory above what Python has anyway.
SECONDS = 2.0
MOST_MEMORY = 100 * 1_048_576


def test_the_corpus_has_at_least_120_files_and_35_archives():
    labels = [each.label for each in hostile_files.corpus()]

    assert len(labels) >= 120
    assert len([label for label in labels if label.startswith("zip-")]) >= 35
    assert sorted(labels) == sorted(VERDICTS)


@pytest.mark.parametrize("label", VERDICTS)
def test_it_is_refused_with_the_golden_sentence(label):
    [hostile] = [each for each in hostile_files.corpus() if each.label == label]
    began = time.process_time()

    with pytest.raises(FileRefused) as refused:
        files.inspect(hostile.name, hostile.content, most_bytes=LIMIT)

    assert str(refused.value) == VERDICTS[label]
    assert time.process_time() - began < SECONDS


HONEST = {
    "report.pdf": hostile_files.pdf(b"/OpenAction [3 0 R /Fit]"),
    "packed.pdf": hostile_files.pdf(more=hostile_files.stream(b"BT (plain text) Tj ET")),
    "shot.png": hostile_files.png(),
    "photo.jpg": hostile_files.jpeg(),
    "photo.jpeg": hostile_files.jpeg(30, 20, progressive=True),
    "notes.md": b"# Evals\n\n<h1 align=center>Retrieval</h1> na\xc3\xafve, -5% and 1 < 2\n",
    "notes.txt": b"plain\r\ntext\twith tabs\n",
    "eval.csv": b"case,score,change\n1,0.9,-0.1\n2,0.8,+3.2%\n3,1,-\n",
    "eval.json": b'{"faithfulness": 0.968, "cases": [{"id": 1}]}',
    "run.ipynb": hostile_files.notebook({"text/plain": "0.968"}),
    "work.zip": hostile_files.zipped(
        {"src/app.py": b"print(1)\n" * 9, "README.md": b"# Hi", "a/": b""}
    ),
    "github.zip": hostile_files.commented(b"4f9d0c1c8f6f2bb5c39a51c0e0c5a1f1f1a5f0aa"),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_files_are_taken(name):
    assert files.inspect(name, HONEST[name], most_bytes=LIMIT).content


@pytest.mark.django_db
@pytest.mark.parametrize("name", HONEST)
def test_nothing_is_served_inline(name, client):
    applicant = factories.expert(factories.user("Grace Mensah"))
    piece = factories.application(applicant, factories.skill("evals")).evidence.first()
    upload = factories.upload(name, HONEST[name])
    type(piece).objects.filter(pk=piece.pk).update(url="", upload=upload)
    client.force_login(applicant.user)

    answer = client.get(f"/evidence/{piece.public_id}/file/")

    assert answer["Content-Disposition"].startswith(f'attachment; filename="{name}"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "html" not in answer["Content-Type"]
    answer.close()


@pytest.mark.parametrize(("name", "content"), hostile_files.tagged_pictures())
def test_a_picture_loses_place_camera_author_and_comment(name, content):
    assert b"Canary" in content

    kept = files.inspect(name, content, most_bytes=LIMIT).content

    assert b"Canary" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert not picture.getexif()
        assert not picture.info.keys() & {"exif", "comment", "Author", "icc_profile", "xmp"}


def test_a_picture_stays_upright_without_its_orientation_tag():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    content = hostile_files.jpeg(40, 20, exif=exif.tobytes())

    kept = files.inspect("photo.jpg", content, most_bytes=LIMIT).content

    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (20, 40)


# Runs in a process of its own, which has built none of the bombs and so has their peak before it.
MEASURE = """
import pathlib, pickle, re, sys
import django
django.setup()
from experts.services import uploads
from marketplace.kit import files

def peak():
    # Not getrusage: its peak survives exec, and so is that of whoever built the bombs.
    told = pathlib.Path("/proc/self/status").read_text()
    return int(re.search("VmHWM:[^0-9]*([0-9]+) kB", told)[1]) * 1024

before = peak()
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    name, content = pickle.loads(path.read_bytes())
    try:
        files.inspect(name, content, most_bytes=20 * 1_048_576)
    except files.FileRefused:
        continue
    raise SystemExit(name)
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the peak")
def test_the_whole_corpus_is_judged_in_bounded_memory(tmp_path):
    for number, each in enumerate(hostile_files.corpus()):
        (tmp_path / f"{number:04}").write_bytes(pickle.dumps((each.name, each.content)))

    command = [sys.executable, "-c", MEASURE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MOST_MEMORY
