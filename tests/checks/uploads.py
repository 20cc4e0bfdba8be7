"""U: uploads and private files."""

from tests.checks.check import Check
from tests.mutants.guards import Guard

CORPUS = "tests/drills_vetting/test_hostile_uploads.py"
FULL = "tests/experts/test_full_disk.py"
SCAN = "tests/experts/test_scan.py"
STORE = "tests/kit/test_storage.py"
LIE = "tests/experts/test_where_files_lie.py"
PICTURES = "marketplace/kit/files/pictures.py"
LOSES = f"{CORPUS}::test_a_picture_loses_place_camera_author_and_comment"
MEMORY = f"{CORPUS}::test_the_whole_corpus_is_judged_in_bounded_memory"

UPLOADS = (
    Check(
        "U-01",
        "P0",
        "120 hostile files, 35 of them archives: each refused in words, none served inline.",
        tests=(CORPUS,),
        faults=(
            Guard(
                "a file is one kind of file",
                "marketplace/kit/files/__init__.py",
                " and zipfile.is_zipfile(io.BytesIO(content)):\n",
                " and kind is None:\n",
                (f"{CORPUS}::test_it_is_refused_with_the_golden_sentence",),
            ),
        ),
    ),
    Check(
        "U-02",
        "P0",
        "Floods of pixels and bombs are refused, the whole corpus within bounded memory.",
        tests=(f"{CORPUS}::test_it_is_refused_with_the_golden_sentence", MEMORY),
        faults=(
            Guard(
                "a picture has so many pixels at most",
                PICTURES,
                "    if width * height > MOST_PIXELS:\n",
                "    if not width:\n",
                (f"{CORPUS}::test_it_is_refused_with_the_golden_sentence", MEMORY),
            ),
        ),
    ),
    Check(
        "U-03",
        "P0",
        "A private file is for those who may read it, a download and never a page of ours.",
        tests=(
            "tests/test_access.py::test_access",
            (
                "tests/talk/test_conversations.py"
                "::test_a_file_is_read_by_the_two_alone_and_once_it_is_clean"
            ),
            f"{CORPUS}::test_nothing_is_served_inline",
            f"{LIE}::test_it_is_handed_out_to_whom_it_is_for_by_our_own_page",
            f"{STORE}::test_no_file_has_an_address",
        ),
        faults=(
            Guard(
                "no file has an address, in a folder or in a bucket",
                "marketplace/kit/storage.py",
                "        raise NotImplementedError\n",
                '        return f"/{name}"\n',
                (f"{STORE}::test_no_file_has_an_address",),
            ),
            Guard(
                "a private file is a download",
                "marketplace/kit/http.py",
                "        as_attachment=True,\n",
                "        as_attachment=False,\n",
                (f"{CORPUS}::test_nothing_is_served_inline",),
            ),
        ),
        narrower="an origin of its own; a link that lasts a minute nobody needs (ADR 38).",
    ),
    Check(
        "U-04",
        "P1",
        "A scanner that is down, or says anything but clean, leaves the file in quarantine.",
        tests=(SCAN,),
        faults=(
            Guard(
                "every answer but clean leaves it in",
                "marketplace/kit/scanner.py",
                "    raise ScannerDown(answer)\n",
                "    return Verdict(is_clean=True)\n",
                (f"{SCAN}::test_every_other_answer_leaves_it_in",),
            ),
        ),
    ),
    Check(
        "U-05",
        "P1",
        "A picture loses place, camera, author and comment.",
        tests=(LOSES,),
        faults=(
            Guard(
                "a picture is drawn anew",
                PICTURES,
                "    drawn = io.BytesIO()\n    clean.save(drawn, form, **options)\n"
                "    return drawn.getvalue()\n",
                "    return content\n",
                (LOSES,),
            ),
        ),
        narrower="metadata of documents that are no pictures.",
    ),
    Check(
        "U-06",
        "P1",
        "An upload to a full disk, or to a bucket that is away, is 503 with a time to come back,"
        " and leaves no row; once there is room it is taken. What is refused after it was written"
        " is deleted, a file whose row never came is gone after a day, in a folder or a bucket.",
        tests=(FULL, LIE),
        faults=(
            Guard(
                "what is refused after it was written is deleted",
                "experts/services/uploads.py",
                "            _delete_if_possible(each.place)\n        raise\n",
                "            pass\n        raise\n",
                (LIE,),
            ),
            Guard(
                "a bucket that is away is no fault of ours",
                "marketplace/outages.py",
                "SlowRedis, FilesAway)",
                "SlowRedis)",
                (LIE,),
            ),
            Guard(
                "a full disk is no fault of ours",
                "marketplace/outages.py",
                "FULL = {errno.ENOSPC, errno.EDQUOT}\n",
                "FULL = {errno.EDQUOT}\n",
                (f"{FULL}::test_nothing_is_left_of_an_upload_to_a_full_disk",),
            ),
            Guard(
                "a file without a row is swept",
                "marketplace/kit/strays.py",
                "            store.delete(name)\n",
                "",
                (FULL,),
            ),
        ),
        narrower="quotas of people, which we have none of.",
    ),
)
