from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_service.local_chat.errors import ApiError
from bot_service.local_chat.formatting import formatted, utf16_length


def marks(text, parse_mode="HTML"):
    plain, entities = formatted(text, parse_mode)
    return plain, [(one["type"], one["offset"], one["length"]) for one in entities]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("code", "code"),
        ("pre", "pre"),
        ("tg-spoiler", "spoiler"),
        ("blockquote", "blockquote"),
    ],
)
def test_every_plain_tag_of_telegram_becomes_its_entity(tag, kind):
    assert marks(f"a <{tag}>bc</{tag}>") == ("a bc", [(kind, 2, 2)])


def test_tags_with_attributes_become_their_entities():
    assert marks('<span class="tg-spoiler">x</span>') == ("x", [("spoiler", 0, 1)])
    assert marks("<blockquote expandable>x</blockquote>") == ("x", [("expandable_blockquote", 0, 1)])
    _, link = formatted('<a href="https://example.com/?a=1&amp;b=2">x</a>', "HTML")
    assert link == [{"type": "text_link", "offset": 0, "length": 1, "url": "https://example.com/?a=1&b=2"}]
    _, code = formatted('<pre><code class="language-python">x = 1</code></pre>', "html")
    assert code == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]


def test_offsets_count_utf16_units():
    assert marks("😀😀 <b>😀x</b> <i>y</i>") == ("😀😀 😀x y", [("bold", 5, 3), ("italic", 9, 1)])


def test_nested_tags_are_kept_outer_first():
    assert marks("<b>a<i>b</i></b>") == ("ab", [("bold", 0, 2), ("italic", 1, 1)])


def test_nothing_is_formatted_inside_code():
    assert marks("<code>a<b>b</b> /stop</code>") == ("ab /stop", [("code", 0, 8)])


def test_character_references_become_characters():
    assert marks("1 &lt; 2 &amp;&amp; 3 &gt; 2 &quot;&#39;&#x1F600;&nbsp;")[0] == "1 < 2 && 3 > 2 \"'😀&nbsp;"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ('<b x="y>z', "Unclosed start tag at byte offset 0"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_markup_is_refused_with_its_place(text, reason):
    with pytest.raises(ApiError) as refused:
        formatted(text, "HTML")
    assert refused.value.code == 400
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_space_around_a_message_is_cut_and_entities_follow():
    assert marks("  \n a <b>b \n</b>\n ") == ("a b", [("bold", 2, 1)])
    assert marks("<pre>  1  2</pre>\n") == ("  1  2", [("pre", 0, 6)])


def test_commands_links_mentions_and_tags_are_found():
    text = "/start_all@some_bot see https://example.com/x?y=1. ask @trader #scalp a/b 1/2 /ubah"
    plain, found = marks(text, None)
    assert plain == text
    seen = [(kind, text[offset : offset + length]) for kind, offset, length in found]
    assert seen == [
        ("bot_command", "/start_all@some_bot"),
        ("url", "https://example.com/x?y=1"),
        ("mention", "@trader"),
        ("hashtag", "#scalp"),
        ("bot_command", "/ubah"),
    ]


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text):
    plain, _ = formatted(html.escape(text), "HTML")
    expected, _ = formatted(text, None)
    assert plain == expected


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_utf16_length_is_what_the_codec_says(text):
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@given(st.text(alphabet='<>/biapre &;"= \n😀#@', max_size=40))
def test_any_markup_is_parsed_or_refused_and_entities_lie_within_the_text(text):
    try:
        plain, entities = formatted(text, "HTML")
    except ApiError:
        return
    for entity in entities:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] <= utf16_length(plain) - entity["length"]


def test_a_link_to_a_bot_is_found_without_its_scheme():
    plain, (link,) = formatted("open t.me/local_1_bot?start=AB-c_1 now", None)
    assert (link["type"], plain[link["offset"] : link["offset"] + link["length"]]) == (
        "url",
        "t.me/local_1_bot?start=AB-c_1",
    )


def test_only_the_first_hundred_formats_count():
    _, entities = formatted("<b>x</b> " * 120, "HTML")
    assert len(entities) == 100
