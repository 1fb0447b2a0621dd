"""Pages are compressed, but not where another site made the request."""

import gzip
from typing import Any

import pytest
from django.test import Client


def sign_in_page(**headers: str) -> Any:
    return Client(headers=headers).get("/account/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("coding", ["br", "zstd", "gzip"])
def test_a_page_comes_compressed_as_the_browser_takes_it(coding: str) -> None:
    answer = sign_in_page(accept_encoding=coding, sec_fetch_site="same-origin")

    assert answer["Content-Encoding"] == coding
    assert len(answer.content) < len(sign_in_page().content) / 2
    if coding == "gzip":
        assert b"</html>" in gzip.decompress(answer.content)


@pytest.mark.django_db
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_had_asked_for_is_not_compressed(site: str) -> None:
    answer = sign_in_page(accept_encoding="br", sec_fetch_site=site)

    assert "Content-Encoding" not in answer
    assert "Sec-Fetch-Site" in answer["Vary"]


@pytest.mark.django_db
def test_the_length_of_a_compressed_answer_is_blurred() -> None:
    noise = {sign_in_page(accept_encoding="br")["X-Noise"] for _turn in range(5)}

    assert len(noise) > 1


@pytest.mark.django_db
def test_each_page_carries_another_token() -> None:
    pages = Client(), Client()
    tokens = {str(page.get("/account/login/").context["csrf_token"]) for page in pages}
    same = pages[0]
    tokens |= {str(same.get("/account/login/").context["csrf_token"]) for _turn in range(2)}

    assert len(tokens) == 4
