import re
from pathlib import Path

import pytest
from toy_language import add_toy_language

from index.errors import SettingsError
from qa.settings import PREFIX, Settings, load_settings

README = Path(__file__).parent.parent.parent / "README.md"


def test_the_environment_sets_and_an_argument_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_TOP_K", "7")
    monkeypatch.setenv("QUOTH_DATA", "/x")
    assert (load_settings().top_k, load_settings(data=None).data) == (7, Path("/x"))
    assert load_settings(top_k=3).top_k == 3


def test_an_unknown_setting_is_refused_with_the_one_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_TOPK", "7")
    with pytest.raises(SettingsError, match="There is no setting QUOTH_TOPK: did you mean QUOTH_TOP_K?"):
        load_settings()


def test_out_of_range_numbers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_TOP_K", "0")
    monkeypatch.setenv("QUOTH_PORT", "http")
    with pytest.raises(SettingsError, match=r"QUOTH_TOP_K is '0': input should be greater than or equal to 1") as error:
        load_settings()
    assert "QUOTH_PORT is 'http': input should be a valid integer" in str(error.value)


def test_an_unknown_language_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_LANGUAGE", "klingon")
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert str(error.value) == ("QUOTH_LANGUAGE is 'klingon': there is no language 'klingon': known are en (English).")
    monkeypatch.setenv("QUOTH_LANGUAGE", "EN")
    assert load_settings().language == "en"


def test_collections_may_have_languages_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    add_toy_language(monkeypatch)
    for value in ("handbuch=toy, a=b=EN,", '{"handbuch": "toy", "a=b": "EN"}'):
        monkeypatch.setenv("QUOTH_COLLECTION_LANGUAGES", value)
        assert load_settings().collection_languages == {"handbuch": "toy", "a=b": "en"}
    monkeypatch.delenv("QUOTH_COLLECTION_LANGUAGES")
    assert load_settings().collection_languages == {}


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("handbuch=klingon", "there is no language 'klingon': known are en (English)."),
        ("handbuch", "write COLLECTION=LANGUAGE, with commas between several, or a JSON object."),
        ("handbuch=", "write COLLECTION=LANGUAGE, with commas between several, or a JSON object."),
        ('{"handbuch": "en"', "write COLLECTION=LANGUAGE, with commas between several, or a JSON object."),
    ],
)
def test_languages_of_collections_that_are_none_are_refused(
    monkeypatch: pytest.MonkeyPatch, value: str, complaint: str
) -> None:
    monkeypatch.setenv("QUOTH_COLLECTION_LANGUAGES", value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert str(error.value) == f"QUOTH_COLLECTION_LANGUAGES is {value!r}: {complaint}"


def test_an_unknown_arithmetic_is_refused_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_PRECISION", "int4")
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert str(error.value) == "QUOTH_PRECISION is 'int4': input should be 'auto', 'float32', 'bfloat16' or 'int8'."
    monkeypatch.delenv("QUOTH_PRECISION")
    assert load_settings().precision == "auto"


@pytest.mark.parametrize(
    ("days", "of_words", "complaint"),
    [
        (
            None,
            "7",
            "QUOTH_KEEP_QUESTION_TEXT is '7': there is nothing that words could be kept with: set QUOTH_KEEP_QUES",
        ),
        ("7", "8", "is '8': that is longer than QUOTH_KEEP_QUESTIONS, which is 7: name as many days or fewer."),
        ("0", "8", "QUOTH_KEEP_QUESTIONS is '0': input should be greater than or equal to 1."),
    ],
)
def test_words_of_questions_are_kept_with_them_and_no_longer(
    monkeypatch: pytest.MonkeyPatch, days: str | None, of_words: str, complaint: str
) -> None:
    if days:
        monkeypatch.setenv("QUOTH_KEEP_QUESTIONS", days)
    monkeypatch.setenv("QUOTH_KEEP_QUESTION_TEXT", of_words)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert complaint in str(error.value)
    monkeypatch.setenv("QUOTH_KEEP_QUESTIONS", "8")
    monkeypatch.setenv("QUOTH_KEEP_QUESTION_TEXT", "8")
    assert (load_settings().keep_questions, load_settings().keep_question_text) == (8, 8)


def test_what_is_suggested_needs_words_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_SUGGEST_QUESTIONS", "3")
    monkeypatch.setenv("QUOTH_KEEP_QUESTIONS", "8")
    with pytest.raises(SettingsError, match="QUOTH_SUGGEST_QUESTIONS.*set QUOTH_KEEP_QUESTION_TEXT too"):
        load_settings()
    monkeypatch.setenv("QUOTH_KEEP_QUESTION_TEXT", "8")
    assert load_settings().suggest_questions == 3
    monkeypatch.setenv("QUOTH_SUGGEST_QUESTIONS", "2")
    with pytest.raises(SettingsError, match="greater than or equal to 3"):
        load_settings()


def test_settings_cant_be_changed_later() -> None:
    with pytest.raises(Exception, match="frozen"):
        load_settings().top_k = 3  # type: ignore[misc]


def test_the_readme_tells_every_setting_and_its_default() -> None:
    rows = dict(re.findall(r"^\| `(QUOTH_\w+)` \| `?(.*?)`? \|", README.read_text(), re.MULTILINE))
    told = {PREFIX + name.upper(): str(field.default) for name, field in Settings.model_fields.items()}
    told["QUOTH_STORE"] = "the data file"
    told["QUOTH_STORE_READ"] = "none"
    told["QUOTH_READER"] = "the shipped one"
    told["QUOTH_MIN_CONFIDENCE"] = "as calibrated"
    told["QUOTH_COLLECTION_LANGUAGES"] = "none"
    for name in ("PUBLIC_URL", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ACCESS"):
        told[PREFIX + name] = "none"
    told["QUOTH_ORIGINS"] = told["QUOTH_RATE_LIMIT"] = told["QUOTH_TRUSTED_PROXIES"] = "none"
    told["QUOTH_SUGGEST_QUESTIONS"] = "none"
    told["QUOTH_API_KEY"] = told["QUOTH_AUDIT_DAYS"] = told["QUOTH_KEEP_QUESTIONS"] = told[
        "QUOTH_KEEP_QUESTION_TEXT"
    ] = "none"
    assert rows == told


@pytest.mark.parametrize(
    "text", ["https://a.test, http://b.test:8080", '["https://a.test", "http://b.test:8080"]',
             "https://a.test,http://b.test:8080,"]
)  # fmt: skip
def test_origins_are_a_list(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("QUOTH_ORIGINS", text)
    assert load_settings().origins == ("https://a.test", "http://b.test:8080")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("*", "* would let every page on the web ask: name each origin"),
        ("https://a.test, *", "* would let every page"),
        ("https://a.test/", "'https://a.test/' isn't written as browsers do: write https://a.test"),
        ("https://A.test:443/page?x", "write https://a.test"),
        ("https://user:pw@a.test", "write https://a.test"),
        ("a.test", "'a.test' is none: an origin is a scheme and a host"),
        ("null", "'null' is none"),
        ("file:///x", "is none"),
        ("https://", "is none"),
        ("https://a b.test", "is none"),
        ("https://*.a.test", "is none"),
        ("https://bücher.test", "is none"),
        ("https://a.test:99999", "is no address"),
        ("https://[::1", "is no address"),
        ("[1, 2]", "input should be a valid string"),
        ('["https://a.test"', "QUOTH_ORIGINS is"),
        ('{"a": 1}', "is none"),
    ],
)
def test_what_is_no_origin_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    monkeypatch.setenv("QUOTH_ORIGINS", text)
    with pytest.raises(SettingsError, match=re.escape(told)):
        load_settings()


@pytest.mark.parametrize("text", ["http://localhost:5173", "http://[::1]:8000", "https://xn--bcher-kva.test"])
def test_what_browsers_send_is_an_origin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("QUOTH_ORIGINS", text)
    assert load_settings().origins == (text,)


@pytest.mark.parametrize("text", ["60/minute", "5/second; 1000/hour", "10 per 5 minutes"])
def test_limits_are_read(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("QUOTH_RATE_LIMIT", text)
    assert load_settings().rate_limit == text


@pytest.mark.parametrize("text", ["", "60", "0/minute", "60/fortnight", "-1/minute", "5/second; 0/hour"])
def test_what_is_no_limit_is_refused_with_an_example(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("QUOTH_RATE_LIMIT", text)
    with pytest.raises(SettingsError, match="is no limit: write one such as 60/minute, or several as 5/second; 1000/h"):
        load_settings()


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().trusted_proxies == ()
    monkeypatch.setenv("QUOTH_TRUSTED_PROXIES", "127.0.0.1, 172.16.0.0/12, ::1")
    assert load_settings().trusted_proxies == ("127.0.0.1", "172.16.0.0/12", "::1")
    for text in ("*", "proxy.example", "172.16.0.1/12", "127.0.0.1:80"):
        monkeypatch.setenv("QUOTH_TRUSTED_PROXIES", text)
        with pytest.raises(
            SettingsError, match="is neither an address nor a network: write an address such as 127.0.0.1"
        ):
            load_settings()


SIGN_IN = {
    "QUOTH_OIDC_ISSUER": "https://login.example.org/realms/staff",
    "QUOTH_OIDC_CLIENT_ID": "quoth",
    "QUOTH_OIDC_CLIENT_SECRET": "drawn at random, or so",
    "QUOTH_OIDC_ACCESS": "admins=admin, editors=ask + write,",
}


@pytest.mark.parametrize(
    ("access", "read"),
    [
        ("admins=admin, editors=ask + write,", {"admins": ("admin",), "editors": ("ask", "write")}),
        ('{"cn=staff,ou=groups": ["ask"]}', {"cn=staff,ou=groups": ("ask",)}),
        ("a=b=ask, a=b=write", {"a=b": ("ask", "write")}),
    ],
)
def test_what_groups_may_do_is_a_list_or_json(monkeypatch: pytest.MonkeyPatch, access: str, read: object) -> None:
    for name, value in (SIGN_IN | {"QUOTH_OIDC_ACCESS": access}).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.oidc_access == read
    assert "drawn at random" not in repr(settings)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"ISSUER": "http://login.example.org"},
            "it needs https, for it isn't an address of this machine: write https://",
        ),
        ({"ISSUER": "login.example.org"}, "'login.example.org' is no address of a server: write it as https://login"),
        ({"ISSUER": "https://ada:pw@login.example.org"}, "is no address of a server"),
        ({"ISSUER": "https://[::1"}, "is no address: write it as https://login.example.org"),
        ({"ISSUER": "https://login.example.org/?x=1"}, "is no address of a server"),
        ({"ISSUER": None}, "People can't sign in without QUOTH_OIDC_ISSUER: set what the provider gave"),
        ({"CLIENT_SECRET": None}, "People can't sign in without QUOTH_OIDC_CLIENT_SECRET: set"),
        ({"CLIENT_SECRET": ""}, "People can't sign in without QUOTH_OIDC_CLIENT_SECRET: set"),
        ({"CLIENT_SECRET": None, "CLIENT_ID": None}, "without QUOTH_OIDC_CLIENT_ID and QUOTH_OIDC_CLIENT_SECRET: set"),
        (
            {"CLIENT_SECRET": "opensesame"},
            "QUOTH_OIDC_CLIENT_SECRET has fewer than 16 characters, and could be guessed",
        ),
        ({"ACCESS": "admins=boss"}, "there is no scope 'boss' for 'admins': known are ask, write, admin."),
        (
            {"ACCESS": "admins"},
            "'admins' gives a group no scope: write GROUP=SCOPE, such as admins=admin, editors=ask+w",
        ),
        ({"ACCESS": "admins="}, "there is no scope '' for 'admins'"),
        ({"ACCESS": '{"admins": []}'}, "'admins' has no scope: write GROUP=SCOPE"),
        ({"ACCESS": "*=ask"}, "'*' is no group: to let everybody ask, set QUOTH_OIDC_ANYBODY_ASKS=true."),
        ({"ACCESS": None}, "Nobody who signs in could do anything: say in QUOTH_OIDC_ACCESS what groups may do"),
        ({"SCOPES": "profile"}, "without openid the provider doesn't say who signs in: write openid profile groups."),
        ({"SESSION_HOURS": "0"}, "QUOTH_OIDC_SESSION_HOURS is '0': input should be greater than or equal to 1."),
    ],
)
def test_sign_in_that_cant_work_or_isnt_safe_is_refused_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str | None], told: str
) -> None:
    for name, value in (SIGN_IN | {f"QUOTH_OIDC_{name}": value for name, value in changed.items()}).items():
        if value is not None:
            monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=re.escape(told)) as error:
        load_settings()
    assert "opensesame" not in str(error.value)


def test_sign_in_and_everybody_at_once_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SIGN_IN.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(
        SettingsError, match="QUOTH_ALLOW_ANONYMOUS serves everybody and QUOTH_OIDC_ISSUER those who sign"
    ):
        load_settings(allow_anonymous=True)


@pytest.mark.parametrize("url", ["http://quoth.example.org", "https://quoth.example.org/wiki", "quoth.example.org"])
def test_the_public_url_is_an_origin_by_https(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("QUOTH_PUBLIC_URL", url)
    with pytest.raises(
        SettingsError, match=r"QUOTH_PUBLIC_URL is .*write https://|QUOTH_PUBLIC_URL is .*such as https://"
    ):
        load_settings()
    for right in ("https://quoth.example.org:8443", "http://127.0.0.1:8000", "http://localhost:8000"):
        monkeypatch.setenv("QUOTH_PUBLIC_URL", right)
        assert load_settings().public_url == right
