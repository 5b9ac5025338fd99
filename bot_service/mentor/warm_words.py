"""Words that can claim nothing, however they are put together: all that a Writer may add of its own.

None of them tells of a result, a rule, an act, a person, a time or an amount, none says no, none promises,
none advises to trade. Whoever adds one asks: can it make any sentence of ours, or any sentence of these words
alone, untrue?
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_INDONESIAN = """
    mari kita yuk silakan lihat baca simak pelan pelan-pelan perlahan perlahan-lahan tenang sabar santai dulu
    sejenak sebentar tarik napas hembuskan embuskan duduk minum air kopi teh istirahat istirahatkan mata
    sambil lalu dan dengan luangkan waktu ya nah terima kasih salam hangat
"""
_ENGLISH = """
    let us let's please look read take a breath breathe in out slowly calmly gently quietly together sit
    drink water tea coffee rest the eyes and then with patience moment for thank thanks you warm regards
"""

WARM: Mapping[str, frozenset[str]] = MappingProxyType(
    {"id": frozenset(_INDONESIAN.split()), "en": frozenset(_ENGLISH.split())}
)

SAME: Mapping[str, str] = MappingProxyType(
    {"tetapi": "tapi", "namun": "tapi", "tak": "tidak", "cannot": "can't"}
)
"""Words that may stand for one another, because they mean the same in every sentence."""
