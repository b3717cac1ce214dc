"""When an endpoint is left alone, and who tries whether it is well again."""

import asyncio
import time

import pytest

from bionrw.errors import FederationRefused
from bionrw.federation.breaker import Breaker
from bionrw.federation.response import Down, Failure

PAUSE = 0.05


def end(breaker: Breaker, error: BaseException | None = None) -> None:
    with breaker.request():
        if error:
            raise error


def opened() -> Breaker:
    breaker = Breaker(2, PAUSE)
    for _ in range(2):
        with pytest.raises(Down):
            end(breaker, Down("down"))
    return breaker


def test_it_says_for_how_long_nobody_is_let_through() -> None:
    with pytest.raises(Failure, match=r"left alone for 0\.\d+ more seconds"):
        end(opened())


@pytest.mark.parametrize("error", [asyncio.CancelledError(), FederationRefused("refused")])
def test_what_says_nothing_of_the_endpoint_changes_nothing(error: BaseException) -> None:
    breaker = Breaker(2, PAUSE)
    for each in (Down("down"), error, Down("down")):
        with pytest.raises(type(each)):
            end(breaker, each)
    with pytest.raises(Failure, match="left alone"):
        end(breaker)
    time.sleep(PAUSE * 2)
    with pytest.raises(type(error)):
        end(breaker, error)
    # The trial was none, so there is another one, and its failure alone is enough.
    with pytest.raises(Down):
        end(breaker, Down("down"))
    with pytest.raises(Failure, match="left alone"):
        end(breaker)


@pytest.mark.parametrize("error", [None, Failure("it answers with status 400")])
def test_an_answer_of_any_kind_starts_the_count_anew(error: Failure | None) -> None:
    breaker = Breaker(2, PAUSE)
    for each in (Down("down"), error, Down("down")):
        if each is None:
            end(breaker)
        else:
            with pytest.raises(type(each)):
                end(breaker, each)
    end(breaker)


def test_one_alone_tries_and_lets_the_others_in() -> None:
    breaker = opened()
    time.sleep(PAUSE * 2)
    with breaker.request(), pytest.raises(Failure, match="another request tries"):
        end(breaker)
    end(breaker)
    end(breaker)
