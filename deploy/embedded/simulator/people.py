"""Made-up people: names put together by chance, and personal numbers that pass every check and belong to nobody here."""

import random
from dataclasses import dataclass

SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Đinh")
MIDDLE = {
    "MALE": ("Văn", "Đức", "Hữu", "Minh", "Quang", "Xuân"),
    "FEMALE": ("Thị", "Thu", "Ngọc", "Thanh", "Kim", "Hồng"),
}
GIVEN = {
    "MALE": (
        "An",
        "Bình",
        "Cường",
        "Dũng",
        "Đạt",
        "Giang",
        "Hải",
        "Hùng",
        "Khánh",
        "Long",
        "Nam",
        "Phong",
        "Quân",
        "Sơn",
        "Tuấn",
    ),
    "FEMALE": (
        "Anh",
        "Chi",
        "Dung",
        "Hà",
        "Hạnh",
        "Hiền",
        "Lan",
        "Linh",
        "Mai",
        "Nga",
        "Oanh",
        "Phương",
        "Thảo",
        "Vân",
        "Yến",
    ),
}
RESIDENTIAL_GROUPS = 12
BAC_NINH = "027"
CENTURY_1900, CENTURY_2000 = {"MALE": "0", "FEMALE": "1"}, {"MALE": "2", "FEMALE": "3"}


@dataclass
class Person:
    """Somebody who does not exist, and what the services called them."""

    full_name: str
    sex: str
    birth_date: str
    number: str
    ethnic_group: str
    person_id: str = ""
    patient_id: str = ""

    @property
    def birth_year(self) -> int:
        """Return the year of birth."""
        return int(self.birth_date[:4])

    @property
    def abode(self) -> str:
        """Return where the person lives: one of the residential groups."""
        return f"Tổ dân phố số {int(self.number[-3:]) % RESIDENTIAL_GROUPS + 1}"


class Population:
    """Brings people into being, each with a number of their own."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._serial = chance.randrange(100_000)

    def somebody(self) -> Person:
        """Return a new person, most of them men between twenty and fifty."""
        chance = self._chance
        sex = "MALE" if chance.random() < 0.88 else "FEMALE"
        year = chance.randint(1974, 2007)
        born = f"{year}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        name = " ".join((chance.choice(SURNAMES), chance.choice(MIDDLE[sex]), chance.choice(GIVEN[sex])))
        self._serial += chance.randint(1, 30)
        century = CENTURY_2000 if year >= 2000 else CENTURY_1900
        number = f"{BAC_NINH}{century[sex]}{year % 100:02d}{self._serial % 1_000_000:06d}"
        ethnic_group = "KINH" if chance.random() < 0.95 else "KHAC"
        return Person(name, sex, born, number, ethnic_group)
