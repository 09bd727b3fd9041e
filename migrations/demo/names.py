"""Tables that invented names are drawn from. Whoever bears such a name is not meant."""

# fmt: off

# Share of the population in thousandths, roughly, so that common words stay common.
SURNAMES = (
    "王 74,李 72,张 68,刘 54,陈 46,杨 31,黄 22,赵 21,吴 20,周 19,徐 15,孙 15,马 13,朱 13,胡 12,郭 12,"
    "何 12,林 11,高 11,罗 10,郑 10,梁 9,谢 8,宋 8,唐 7,许 7,韩 7,邓 7,冯 7,曹 6,彭 6,曾 6,肖 6,田 6,"
    "董 6,潘 5,袁 5,蔡 5,蒋 5,余 5,于 5,杜 4,叶 4,程 4,魏 4,苏 4,吕 4,丁 4,任 4,卢 4,姚 4,沈 4,钟 4,"
    "姜 4,崔 4,谭 4,陆 4,范 3,汪 3,廖 3,石 3,金 3,韦 3,贾 3,夏 3,付 3,方 3,邹 3,熊 3,白 3,孟 3,秦 3,"
    "邱 3,侯 3,江 3,尹 3,薛 3,闫 3,雷 3,龙 2,黎 2,史 2,陶 2,贺 2,毛 2,郝 2,顾 2,龚 2,邵 2,万 2,覃 2,"
    "武 2,钱 2,戴 2,严 2,莫 2,孔 2,向 2,常 2,单 1,仇 1,解 1,区 1,查 1,尉迟 1,欧阳 1,上官 1,司马 1"
)
YI_SURNAMES = "吉克 3,阿尔 2,沙马 3,曲比 2,俄木 1,勒伍 1,阿苦 1,马海 2,吉木 2,尔古 1"

FEMALE = "芳 娜 敏 静 丽 艳 霞 燕 玲 桂 丹 萍 红 玉 兰 秀 英 梅 莉 琳 雪 婷 颖 慧 洁 倩 蕾 薇 悦 瑶 怡 岚 蓉 欣 佳 妍 露 晴 璐 菲".split()
MALE = "伟 强 磊 军 洋 勇 杰 涛 明 超 刚 平 辉 鹏 华 飞 鑫 波 斌 宇 浩 凯 健 俊 帆 毅 峰 昊 亮 宁 栋 博 诚 龙 海 川 林 枫 驰 铭".split()
EITHER = "文 志 国 建 晓 小 春 新 思 子 天 永 少 光 学 世 家 立 嘉 雨 一 云 东 景 书 正 长 庆 德 承".split()

# Firms carry three of these: no register has such names.
FIRM_CHARACTERS = "云松砚禾渡星岚舟麓汀榆朴槐溪谷桐鹭霁棠帆砺衡澜岩柏苇笙墨".strip()
STREETS = "示范路 演示街 样例大道 模拟巷 试点路 范本街 例示路 虚设街".split()
STUDIO_NAMES = "暖心李 公道孙 和事赵 知心周 老娘舅陈 热心何 百事通吴 连心郑 明理冯 顺气韩 亲邻曹 解忧彭".split()
# fmt: on


def weighted(table):
    pairs = [item.split() for item in table.split(",")]
    return [name for name, _ in pairs], [int(weight) for _, weight in pairs]


class Names:
    """Draws names from its own random source."""

    def __init__(self, rng):
        self.rng = rng
        self.common = weighted(SURNAMES)
        self.yi = weighted(YI_SURNAMES)
        self.firms = set()

    def person(self, sex, yi=False):
        surnames, weights = self.yi if yi else self.common
        surname = self.rng.choices(surnames, weights)[0]
        own = self.rng.choice(FEMALE if sex == "female" else MALE)
        if self.rng.random() < 0.2:
            return surname + own
        return surname + self.rng.choice(EITHER) + own

    def firm(self):
        while True:
            name = "".join(self.rng.sample(FIRM_CHARACTERS, 3))
            if name not in self.firms:
                self.firms.add(name)
                return name

    def address(self, region):
        return f"{region.full_name}{self.rng.choice(STREETS)}{self.rng.randrange(1, 400)}号"
