"""Countries with their dial codes and the eWeLink region that serves them.

Mainland China has its own region; the rest of Asia is served by `as`, the
Americas by `us`, everybody else (Europe, Africa, the Middle East, Oceania) by
`eu`. Where that is not where an account lives, the server says so at sign-in.
Dial codes: ITU-T E.164.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Country:
    """What sign-in needs to know of a country.

    Attributes:
        dial_code: The country code of its phone numbers, "+49".
        region: The eWeLink region that serves it: cn, as, eu or us.
    """

    dial_code: str
    region: str


# By region: ISO 3166 alpha-2 code and dial code, in turns.
_BY_REGION: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cn": """
        CN 86
        """,
        "as": """
        AF 93 BD 880 BN 673 BT 975 CC 61 CX 61 HK 852 ID 62 IN 91 IO 246 JP 81 KG 996
        KH 855 KP 850 KR 82 KZ 7 LA 856 LK 94 MM 95 MN 976 MO 853 MV 960 MY 60 NP 977
        PH 63 PK 92 SG 65 TH 66 TJ 992 TL 670 TM 993 TW 886 UZ 998 VN 84
        """,
        "us": """
        AG 1268 AI 1264 AR 54 AW 297 BB 1246 BL 590 BM 1441 BO 591 BQ 599 BR 55 BS 1242
        BZ 501 CA 1 CL 56 CO 57 CR 506 CU 53 CW 599 DM 1767 DO 1809 EC 593 FK 500
        GD 1473 GF 594 GL 299 GP 590 GS 500 GT 502 GY 592 HN 504 HT 509 JM 1876 KN 1869
        KY 1345 LC 1758 MF 590 MQ 596 MS 1664 MX 52 NI 505 PA 507 PE 51 PM 508 PR 1787
        PY 595 SR 597 SV 503 SX 1721 TC 1649 TT 1868 US 1 UY 598 VC 1784 VE 58 VG 1284
        VI 1340
        """,
        "eu": """
        AD 376 AE 971 AL 355 AM 374 AO 244 AQ 672 AS 1684 AT 43 AU 61 AX 358 AZ 994
        BA 387 BE 32 BF 226 BG 359 BH 973 BI 257 BJ 229 BV 47 BW 267 BY 375 CD 243
        CF 236 CG 242 CH 41 CI 225 CK 682 CM 237 CV 238 CY 357 CZ 420 DE 49 DJ 253 DK 45
        DZ 213 EE 372 EG 20 EH 212 ER 291 ES 34 ET 251 FI 358 FJ 679 FM 691 FO 298 FR 33
        GA 241 GB 44 GE 995 GG 44 GH 233 GI 350 GM 220 GN 224 GQ 240 GR 30 GU 1671
        GW 245 HM 672 HR 385 HU 36 IE 353 IL 972 IM 44 IQ 964 IR 98 IS 354 IT 39 JE 44
        JO 962 KE 254 KI 686 KM 269 KW 965 LB 961 LI 423 LR 231 LS 266 LT 370 LU 352
        LV 371 LY 218 MA 212 MC 377 MD 373 ME 382 MG 261 MH 692 MK 389 ML 223 MP 1670
        MR 222 MT 356 MU 230 MW 265 MZ 258 NA 264 NC 687 NE 227 NF 672 NG 234 NL 31
        NO 47 NR 674 NU 683 NZ 64 OM 968 PF 689 PG 675 PL 48 PN 64 PS 970 PT 351 PW 680
        QA 974 RE 262 RO 40 RS 381 RU 7 RW 250 SA 966 SB 677 SC 248 SD 249 SE 46 SH 290
        SI 386 SJ 47 SK 421 SL 232 SM 378 SN 221 SO 252 SS 211 ST 239 SY 963 SZ 268
        TD 235 TF 262 TG 228 TK 690 TN 216 TO 676 TR 90 TV 688 TZ 255 UA 380 UG 256 UM 1
        VA 39 VU 678 WF 681 WS 685 YE 967 YT 262 ZA 27 ZM 260 ZW 263
        """,
    }
)


def _countries() -> dict[str, Country]:
    countries = {}
    for region, table in _BY_REGION.items():
        words = iter(table.split())
        for code, dial_code in zip(words, words, strict=True):
            countries[code] = Country(f"+{dial_code}", region)
    return dict(sorted(countries.items()))


COUNTRIES: Final[dict[str, Country]] = _countries()
