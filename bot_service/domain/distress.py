"""Tell whether somebody's words speak of not wanting to live or of having lost all.

Indonesian and English; words of self-harm are looked for widely, misspelt ones too: a kind answer too many
does little harm. Traders' talk is left alone: what a machine does ("bot mati"), what is done to a trend, and
the likeness of a rash trade to a suicide. A loss, a margin call or a bad day alone are no distress.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_DIGITS = str.maketrans("013457", "oieast")

# Spellings of a chat, each by the word that the patterns below use.
_SPELLINGS = {
    "tidak": "tdk tak ga gak gk g nggak ngga nga enggak engga ngak kagak kaga ndak nda gamau",
    "ingin": "pengen pengin pingin kepengen kepingin pgn pgen pngen pngn pen pinginnya pengennya inginnya",
    "mau": "mo mw mauu maunya",
    "sudah": "udah udh sdh dah uda",
    "saja": "aja ajah aj ae sajalah ajalah ajaa",
    "hidup": "idup hdup hdp idupku idupin kehidupan",
    "capek": "cape capai capeek cpk cpek lelah letih",
    "saya": "aku ak aq akuh gue gw gua gwe sy q awak",
    "mati": "matii mti meninggal mokad",
    "bunuh": "bunh bnuh bunuuh bunoh bunug bnh membunuh ngebunuh",
    "diri": "dri diry dirii diriku dirimu",
    "akhiri": "akhirin akhirii ahkiri ngakhirin ngakhiri mengakhiri mengahkiri mengkahiri akhri menyudahi",
    "mending": "mendingan mnding mendng",
    "lompat": "loncat terjun melompat",
    "suicide": "suiside sucide suicde suicid suicidal suicied",
    "kill": "kil killing kll",
    "myself": "mysef myslf mself",
    "want": "wan wnt wanted",
    "dont": "don doesnt didnt",
    "cant": "cannot cnt couldnt",
}
_CANON = {spelling: word for word, all_ in _SPELLINGS.items() for spelling in all_.split()}
_JOINED = {
    "bunuhdiri": "bunuh diri",
    "bundir": "bunuh diri",
    "gantungdiri": "gantung diri",
    "selfharm": "self harm",
    "wanna": "want to",
    "gonna": "going to",
    "kms": "kill myself",
    "im": "i am",
    "ive": "i have",
    "id": "i would",
    "hidupku": "hidup saya",
    "nyawaku": "nyawa saya",
    "tabunganku": "tabungan saya",
    "gamau": "tidak mau",
    "gaada": "tidak ada",
}

_WISH = r"(?:ingin|mau|pikir|berpikir|kepikiran|terpikir|niat|rencana|coba|rasanya|merasa|biar|siap|akan)"
_FILL = (
    r"(?: (?:saja|sudah|lagi|banget|saya|rasanya|jadi|untuk|buat|sekarang|deh|sih|aku|to|just|really|so))*"
)
_LIFE = r"(?:hidup|nyawa|semuanya|semua ini)"

# What a machine or a market does is nobody's wish to die.
_THING = (
    r"(?:bot|robot|ea|server|vps|hp|ponsel|laptop|komputer|pc|terminal|mt5|mt4|metatrader|lampu|listrik"
    r"|internet|wifi|sinyal|jaringan|koneksi|baterai|batre|mesin|layar|monitor|aplikasi|app|pair|market|pasar"
    r"|trend|tren|volume|candle|chart|grafik|spread|sesi|likuiditas|mode|fitur|alarm|notif|notifikasi|router"
    r"|modem|charger|akun|account|trade|posisi|order|strategi|sistem|service|layanan|position|battery|phone"
    r"|screen|motor|mobil|ayam|ikan)"
)
_DEAD_THINGS = (
    r"(?:lampu|listrik|gaya|kutu|rasa|suri|matian|langkah|total|pucuk|angin|mesin|laughing|hard|to see)\b"
)

_SELF_HARM = (
    r"bunuh diri",
    r"gantung diri",
    rf"(?:akhiri|habisi|mengakhiri|cabut|hilangkan){_FILL} {_LIFE}",
    rf"{_WISH}{_FILL} mati(?! {_DEAD_THINGS})",
    rf"(?:mending|lebih baik|baiknya|enakan|enak){_FILL} mati(?! {_DEAD_THINGS})",
    r"(?:saya) (?:mati|hilang) saja",
    r"(?:kalau|kalo|andai|seandainya|coba) saya mati",
    rf"tidak (?:ingin|mau|sanggup|kuat|tahan|sudi|layak|pantas|ada gunanya|berguna){_FILL} hidup(?! tanpa)",
    rf"(?:ingin|mau){_FILL} (?:hilang|ngilang|menghilang|pergi)(?: saja)? dari dunia",
    r"mati saja(?: lah)? saya",
    r"(?:ngapain|buat apa|untuk apa)(?: saya)? hidup",
    r"(?:nyerah|menyerah) (?:sama|dengan|atas) hidup",
    r"ambil (?:saja )?nyawa",
    r"(?:capek|bosan|benci|muak|jenuh) (?:sama |dengan )?hidup",
    r"hidup (?:saya |ini )?(?:sudah )?(?:tidak (?:ada )?(?:arti|artinya|guna|gunanya|berarti|berguna))",
    r"hidup (?:saya |ini )?(?:sudah )?percuma",
    r"(?:sakiti|menyakiti|nyakitin|melukai|lukai) diri",
    r"(?:sayat|menyayat|nyayat|silet|iris) (?:tangan|nadi|pergelangan)",
    r"(?:minum|telan) (?:racun|baygon|obat nyamuk|racun tikus)",
    r"lompat (?:dari )?(?:saja )?(?:gedung|jembatan|lantai|apartemen|atap|rel|ke rel)",
    r"(?:tidak (?:ingin|mau) bangun lagi|tidur (?:dan )?(?:tidak (?:usah )?bangun) lagi)",
    r"(?:semua|keluarga|mereka|dunia) (?:lebih baik|lebih bahagia) tanpa saya",
    r"kill (?:my self|myself)",
    r"(?:end|take|ending|taking) my (?:own )?li(?:fe|ve)",
    r"suicide",
    rf"want to{_FILL} (?:die|be dead)(?! {_DEAD_THINGS})",
    r"wish i (?:was|were) (?:dead|never born)",
    r"(?:dont|not|no longer) want to (?:live|be alive|be here|wake up|exist)",
    r"better off (?:dead|without me)",
    r"(?:no reason|nothing left|no point) (?:to|in) liv(?:e|ing)(?: for)?",
    r"nothing (?:left )?to live for",
    r"(?:not|isnt|no longer|aint) worth living",
    r"point (?:of|in) living",
    r"feel(?:s|ing)? like dying",
    r"want to (?:just )?(?:disappear|end it all|end everything)",
    r"end it all$",
    r"(?:tired|sick) of (?:life|living|being alive)",
    r"(?:cut|cutting|hurt|hurting|hang|hanging|harm|harming|shoot) (?:my self|myself)",
    r"self harm",
    r"jump off (?:a|the) (?:bridge|building|roof)",
)
_SAVED = "(?:tabungan|simpanan|warisan)"
_GONE = "(?:sudah )?(?:habis|ludes|hilang|lenyap|raib)"
_ALL_LOST = (
    r"kehilangan (?:segalanya|segala galanya|semuanya)",
    rf"semua uang (?:saya|kami|kita) {_GONE}",
    r"(?<!order )(?<!posisi )habis sudah semuanya$",
    r"(?:saya|kami) (?:sudah )?bangkrut",
    r"(?<!akun )(?<!modal )(?<!bot )saya (?:sudah |benar benar )?hancur$",
    r"utang (?:saya )?(?:di mana mana|dimana mana|menumpuk|ratusan juta)",
    r"(?:segalanya|hidup saya|rumah tangga saya) (?:sudah )?(?:hancur|habis|hilang|berakhir|tamat)",
    r"hancur (?:sudah )?hidup saya",
    rf"(?:semua|seluruh) {_SAVED}(?: \w+){{0,2}} {_GONE}",
    rf"{_SAVED}(?: \w+){{0,2}} {_GONE} (?:semua|total|tidak bersisa)",
    rf"{_GONE} (?:sudah )?(?:semua|seluruh) {_SAVED}",
    rf"uang (?:sekolah|kuliah|nikah|rumah|istri|suami|anak|keluarga|dapur|pinjol)(?: \w+){{0,2}} {_GONE}",
    r"rumah(?: \w+)? (?:disita|melayang|mau disita)",
    r"(?:terlilit|dikejar|tenggelam) (?:utang|hutang|pinjol|debt collector)",
    r"(?<!jangan )(?<!tidak )(?<!boleh )(?<!mau )putus asa",
    r"(?:tidak ada (?:lagi )?(?:harapan|jalan keluar))",
    r"saya (?:sudah )?tidak (?:sanggup|kuat|tahan) lagi",
    r"(?:have|had|i|just) lost (?:everything|it all)(?! (?:i \w+|today|this|that|from|back|again|on))",
    r"lost (?:all )?(?:my|our) (?:life |whole )?(?:savings|house|home|family)",
    r"lost all (?:my|our) money",
    r"i have nothing left(?! open| to (?:close|sell|buy))",
    r"(?:ruined|destroyed) my (?:whole )?life",
    r"my life is (?:over|ruined|finished)",
    r"(?:cant|dont want to) go on ?(?:anymore|any more|like this|living)?$",
    r"(?:there is|theres|see) no (?:way out|hope(?: left)?)",
)
_PATTERNS = tuple(re.compile(rf"\b(?:{pattern})\b") for pattern in (*_SELF_HARM, *_ALL_LOST))

# "Trading without a stop is suicide" is a figure of speech; with a wish of one's own beside it, it is none.
_LIKENESS = re.compile(
    r"\b(?:sama (?:saja )?(?:dengan )?|ibarat|namanya|termasuk|misi|seperti|kayak|kaya|itu) ?bunuh diri\b"
    r"|\bbunuh diri (?:finansial|akun|massal|modal)\b"
    r"|\b(?:is|would be|its|pure|financial|account|like|be) suicide\b"
    r"|\bsuicide (?:trade|mission|squad|entry|bot)\b"
)
_OWN_WISH = re.compile(
    r"\b(?:ingin|mau|pikir|kepikiran|terpikir|niat|coba|rasanya|i want|thinking|feel|feeling)\b"
)
_THING_DIES = re.compile(
    rf"\b{_THING}(?:nya|ku)?\b(?: \w+){{0,3}}? (?:mati|hidup|die|die hard)\b"
    rf"|\b(?:mati|hidup) (?:saja )?{_THING}(?:nya|ku)?\b"
)


def speaks(text: str) -> bool:
    """Tell whether a text has words of distress."""
    words = _plain(text)
    words = _THING_DIES.sub(" _ ", words)
    if _LIKENESS.search(words) and not _OWN_WISH.search(words):
        words = _LIKENESS.sub(" _ ", words)
    return any(pattern.search(words) for pattern in _PATTERNS)


def _plain(text: str) -> str:
    """Return the words alone, small, without accents, stretched letters and apostrophes, in one spelling."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    bare = bare.lower().replace("'", "").replace("`", "")
    found: list[str] = []
    for word in _WORD.findall(bare):
        letters = word if word.isdigit() else word.translate(_DIGITS)
        letters = _STRETCHED.sub(r"\1", letters)
        spelt = _CANON.get(letters, letters)
        found.append(_JOINED.get(letters, _JOINED.get(spelt, spelt)))
    return " ".join(found)
