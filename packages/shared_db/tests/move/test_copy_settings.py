"""Settings that a dump tells once go with every item that they hold for."""

from __future__ import annotations

from shared_db.move.copy.tablespaces import with_settings
from shared_db.move.schema_dump import Item

_FAST = "SET default_tablespace = fast;\n"
_USUAL = "SET default_tablespace = '';\n"


def test_an_item_gets_the_tablespace_that_was_told_before_it() -> None:
    items = [
        Item("a", "INDEX", f"\nCREATE INDEX a;\n\n\n{_FAST}\n"),
        Item("b", "INDEX", f"\nCREATE INDEX b;\n\n\n{_USUAL}\n"),
        Item("c", "INDEX", "\nCREATE INDEX c;\n"),
    ]
    texts = [item.statements for item in with_settings(_USUAL, items)]
    assert [_FAST in text for text in texts] == [False, True, False]
    assert [text.count("default_tablespace") for text in texts] == [1, 1, 1]


def test_a_setting_inside_of_a_definition_stays_where_it_is() -> None:
    body = f"\nCREATE RULE r AS\n{_FAST} DO NOTHING;\n"
    (item,) = with_settings("", [Item("r", "RULE", body)])
    assert item.statements == body


def test_the_words_that_end_a_dump_belong_to_no_item() -> None:
    text = "\nALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;\n\n\n--\n-- complete\n--\n\n"
    (item,) = with_settings("", [Item("t a", "FK CONSTRAINT", text)])
    assert item.statements.strip().endswith("REFERENCES u;")
