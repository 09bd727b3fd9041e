"""The five places, in the numbers of their own published papers.

Every line of BODIES and PEOPLE becomes that many rows. `source` is the sentence that states the
number; where it is empty the number is ours, so that the place has what every place has.
"""

from dataclasses import dataclass, field

EACH = "one for each region of the level"


@dataclass(frozen=True)
class Bodies:
    what: str
    types: tuple  # organization types, the first is the main one
    number: object  # a number, or EACH
    level: int  # of the regions they stand in: 2 city, 3 county, 4 town, 5 village
    name: str  # {place} {county} {town} {region} {firm} {studio} {n}
    source: str = ""
    areas: tuple = ()
    hours: str = "office"
    outreach: float = 0.0  # share with a place that is served at times


@dataclass(frozen=True)
class People:
    what: str
    kind: str  # qualification kind
    number: object  # a number, or (number for each organization,)
    of: tuple  # main types of the organizations they belong to
    areas: str  # group of practice areas
    source: str = ""
    legal_aid: float = 0.0  # share that takes legal aid cases
    languages: tuple = ()


@dataclass(frozen=True)
class Place:
    key: str
    code: str  # of the region it covers
    city: str
    center: tuple  # longitude, latitude of the city's center, two decimals
    area_code: str
    phone_digits: int
    firm_prefix: str
    counsel: int  # villages and communities that have a counsel
    counsel_source: str
    languages: tuple  # (language, share of the practitioners)
    bodies: list = field(default_factory=list)
    people: list = field(default_factory=list)
    yi_counties: tuple = ()


MEDIATION = (
    "mediation_village mediation_town mediation_enterprise mediation_family mediation_medical "
    "mediation_traffic mediation_property mediation_intellectual_property mediation_emergency "
    "mediation_environment mediation_trade mediation_women_business mediation_labor mediation_center "
    "mediation_finance mediation_consumer mediation_tourism mediation_school mediation_commerce "
    "police_mediation_room personal_mediation_studio brand_mediation_studio"
).split()


def special(kind, label, number=1, source="", areas=()):
    return Bodies(
        f"{label}纠纷调解组织",
        (kind,),
        number,
        2,
        "{place}" + ("第{n}" if number > 1 else "") + label + "纠纷人民调解委员会",
        source,
        areas,
    )


# One line a row, as long as it takes.
# fmt: off

S0 = "建成市级人民调解中心 1 个，区级人民调解中心 13 个，基层人民调解委员会 2626 个，行业性专业性人民调解组织 12 个，共有人民调解员 12022 人"
S0_COUNSEL = "全市共有260家律师事务所、1300余名律师参与一社区（村）一法律顾问工作，实现与全市2460个社区（村）全部对接"

SHENYANG = Place(
    key="shenyang",
    code="210100",
    city="沈阳市",
    center=(123.43, 41.80),
    area_code="024",
    phone_digits=8,
    firm_prefix="辽宁",
    counsel=2460,
    counsel_source=S0_COUNSEL,
    languages=(("cmn-x-dongbei", 0.3), ("ko", 0.01), ("mnc", 0.003), ("mn", 0.004)),
    bodies=[
        Bodies("律师事务所", ("law_firm",), 260, 3, "{prefix}{firm}律师事务所", S0_COUNSEL, outreach=0.1),
        Bodies("村（居）民评理说事点", ("reasoning_point",), 2411, 5, "{county}{town}{region}村（居）民评理说事点",
               "建成“村（居）民评理说事点” 2411 个", hours="evening"),
        Bodies("基层人民调解委员会：村、社区", ("mediation_village",), 2380, 5, "{county}{town}{region}人民调解委员会",
               S0 + "（2626 个分为 2380 + 190 + 56，分法是我们的）"),
        Bodies("基层人民调解委员会：乡镇、街道", ("mediation_town",), 190, 4, "{county}{region}人民调解委员会", S0),
        Bodies("基层人民调解委员会：企事业单位", ("mediation_enterprise",), 56, 3, "{region}{firm}企业人民调解委员会", S0),
        Bodies("市级人民调解中心", ("mediation_center",), 1, 2, "{place}人民调解中心", S0),
        Bodies("区级人民调解中心", ("mediation_center",), 13, 3, "{region}人民调解中心", S0),
        special("mediation_family", "婚姻家庭", 2, S0 + "（12 个，种类是我们分的）", ("family",)),
        special("mediation_medical", "医疗", 2, S0, ("medical_dispute",)),
        special("mediation_traffic", "道路交通事故", 2, S0, ("traffic",)),
        special("mediation_labor", "劳动争议", 2, S0, ("labor",)),
        special("mediation_property", "物业", 2, S0, ("property_management",)),
        special("mediation_intellectual_property", "知识产权", 2, S0, ("intellectual_property",)),
        Bodies("个人调解室", ("personal_mediation_studio",), 2, 3, "{studio}个人调解室",
               "进一步放大“王公正”“张大姐”个人调解室品牌效应（名称另起）"),
        Bodies("12348热线", ("hotline",), 6, 2, "{place}12348公共法律服务热线第{n}席",
               "6 条“12348”公共法律服务热线共解答群众咨询 6.8 万余次", hours="always"),
        Bodies("产业园区企业公共法律服务中心", ("service_enterprise_center",), 4, 3, "{region}{firm}产业园企业公共法律服务中心",
               "以中德、自贸等4个国家级产业园区为重点……设立企业公共法律服务中心（名称另起）", ("business",)),
        Bodies("市公共法律服务中心", ("service_center", "legal_aid_center"), 1, 2, "{place}公共法律服务中心", outreach=1.0),
        Bodies("区县公共法律服务中心", ("service_center", "legal_aid_center"), 13, 3, "{region}公共法律服务中心", outreach=0.5),
        Bodies("乡镇街道公共法律服务工作站", ("service_station", "justice_office"), EACH, 4, "{county}{region}公共法律服务工作站"),
        Bodies("公证机构", ("notary_office",), 13, 3, "{place}{firm}公证处", areas=("notarization",)),
        Bodies("司法鉴定机构", ("forensic_appraisal",), 9, 3, "{prefix}{firm}司法鉴定所", areas=("appraisal",)),
    ],
    people=[
        People("村居法律顾问律师", "lawyer", 1300, ("law_firm",), "lawyer", S0_COUNSEL, legal_aid=0.45),
        People("人民调解员", "mediator", 12022, tuple(MEDIATION), "mediator", S0),
        People("公证员", "notary", (4,), ("notary_office",), "notary"),
        People("司法鉴定人", "forensic_appraiser", (5,), ("forensic_appraisal",), "appraiser"),
        People("法律援助人员", "legal_aid_worker", (4,), ("service_center",), "lawyer", legal_aid=1.0),
    ],
)

WENZHOU = Place(
    key="wenzhou",
    code="330300",
    city="温州市",
    center=(120.70, 28.00),
    area_code="0577",
    phone_digits=8,
    firm_prefix="浙江",
    counsel=900,
    counsel_source="组织村（社区）法律顾问与当地建档立卡低收入农户开展“一对一”结对帮扶活动（数量是我们的）",
    languages=(("wuu-x-wenzhou", 0.7), ("nan", 0.06), ("it", 0.01), ("fr", 0.005)),
    bodies=[
        Bodies("公证机构", ("notary_office",), 12, 3, "{region}{firm}公证处", "将全市12家公证机构的公证服务整合到一个公共服务平台上",
               ("notarization",), outreach=0.6),
        Bodies("市公共法律服务中心", ("service_center", "legal_aid_center"), 1, 2, "{place}公共法律服务中心", outreach=1.0),
        Bodies("县级公共法律服务中心", ("service_center", "legal_aid_center"), EACH, 3, "{region}公共法律服务中心", outreach=0.5),
        Bodies("乡镇街道公共法律服务站（行政复议代收点）", ("service_station", "justice_office", "collection_point"), EACH, 4,
               "{county}{region}公共法律服务工作站"),
        Bodies("12348热线", ("hotline",), 1, 2, "{place}12348公共法律服务热线", hours="always"),
        Bodies("律师事务所", ("law_firm",), 80, 3, "{prefix}{firm}律师事务所", outreach=0.15),
        Bodies("基层法律服务所", ("grassroots_legal_service",), 24, 3, "{region}{firm}法律服务所"),
        Bodies("司法鉴定机构", ("forensic_appraisal",), 6, 3, "{prefix}{firm}司法鉴定所", areas=("appraisal",)),
        Bodies("乡镇街道人民调解委员会", ("mediation_town",), EACH, 4, "{county}{region}人民调解委员会"),
        Bodies("律师调解工作室", ("lawyer_mediation_studio",), 12, 3, "{region}{firm}律师调解工作室"),
        Bodies("仲裁委员会", ("arbitration_commission",), 1, 2, "{place}{firm}仲裁委员会", areas=("arbitration",)),
        special("mediation_commerce", "商会"),
        special("mediation_trade", "进出口贸易"),
    ],
    people=[
        People("律师", "lawyer", 640, ("law_firm", "lawyer_mediation_studio"), "lawyer", legal_aid=0.4),
        People("基层法律服务工作者", "grassroots_legal_worker", (5,), ("grassroots_legal_service",), "worker", legal_aid=0.6),
        People("公证员", "notary", (5,), ("notary_office",), "notary"),
        People("司法鉴定人", "forensic_appraiser", (6,), ("forensic_appraisal",), "appraiser"),
        People("仲裁员", "arbitrator", (40,), ("arbitration_commission",), "arbitrator"),
        People("人民调解员", "mediator", (4,), ("mediation_town", "mediation_commerce", "mediation_trade"), "mediator"),
        People("法律援助人员", "legal_aid_worker", (4,), ("service_center",), "lawyer", legal_aid=1.0),
    ],
)

S2_VILLAGE = "全市每个行政村至少培养2名“法治带头人”，每个自然村至少培养3名“法律明白人”"

HUAIBEI = Place(
    key="huaibei",
    code="340600",
    city="淮北市",
    center=(116.80, 33.96),
    area_code="0561",
    phone_digits=7,
    firm_prefix="安徽",
    counsel=452,
    counsel_source="全市村（社区）配备法律顾问的比例达到100%",
    languages=(("en", 0.01),),
    bodies=[
        Bodies("法治文化阵地", ("publicity_base",), EACH, 5, "{county}{town}{region}法治文化阵地",
               "全市每个村（社区）建有1个以上法治文化阵地"),
        Bodies("百姓说事点", ("reasoning_point",), EACH, 5, "{county}{town}{region}百姓说事点",
               "建立“百姓说事点”，形成覆盖城乡的人民调解组织体系", hours="evening"),
        Bodies("镇（街道）人民调解委员会", ("mediation_town",), EACH, 4, "{county}{region}人民调解委员会",
               "巩固和规范镇（街道）、村（社区）人民调解委员会建设"),
        Bodies("村（社区）人民调解委员会", ("mediation_village",), EACH, 5, "{county}{town}{region}人民调解委员会",
               "巩固和规范镇（街道）、村（社区）人民调解委员会建设"),
        Bodies("市公共法律服务中心", ("service_center", "legal_aid_center"), 1, 2, "{place}公共法律服务中心", outreach=1.0),
        Bodies("县区公共法律服务中心", ("service_center", "legal_aid_center"), EACH, 3, "{region}公共法律服务中心"),
        Bodies("镇（街道）公共法律服务工作站", ("service_station", "justice_office"), EACH, 4, "{county}{region}公共法律服务工作站"),
        Bodies("律师事务所", ("law_firm",), 28, 3, "{prefix}{firm}律师事务所"),
        Bodies("基层法律服务所", ("grassroots_legal_service",), 12, 3, "{region}{firm}法律服务所"),
        Bodies("公证机构", ("notary_office",), 3, 3, "{region}{firm}公证处", areas=("notarization",)),
        Bodies("司法鉴定机构", ("forensic_appraisal",), 2, 3, "{prefix}{firm}司法鉴定所", areas=("appraisal",)),
    ],
    people=[
        People("法治带头人", "rule_of_law_leader", (2,), ("reasoning_point",), "village", S2_VILLAGE + "（每村 2 名）"),
        People("法律明白人", "informed_villager", (3,), ("reasoning_point",), "village", S2_VILLAGE + "（每村作一个自然村，3 名）"),
        People("律师", "lawyer", 230, ("law_firm",), "lawyer", legal_aid=0.75),
        People("基层法律服务工作者", "grassroots_legal_worker", (5,), ("grassroots_legal_service",), "worker", legal_aid=0.6),
        People("公证员", "notary", (4,), ("notary_office",), "notary"),
        People("司法鉴定人", "forensic_appraiser", (5,), ("forensic_appraisal",), "appraiser"),
        People("人民调解员", "mediator", (3,), ("mediation_town", "mediation_village"), "mediator"),
        People("法律援助人员", "legal_aid_worker", (3,), ("service_center",), "lawyer", legal_aid=1.0),
    ],
)

S3_NETWORK = "目前共有57家律师事务所、31家基层法律服务所、12家公证机构、12家法律援助中心、1家鉴定机构、1946家调解委员会驻场"
S3_SITES = "建成132个乡镇公共法律服务工作站。全市已建成696个公共法律服务工作室,1370个村(社区)达到了“一村(社区)一法律顾问”的要求"
S3_SPECIAL = "成立进出口贸易、女企业家等专业调解组织9个"

LESHAN = Place(
    key="leshan",
    code="511100",
    city="乐山市",
    center=(103.77, 29.55),
    area_code="0833",
    phone_digits=7,
    firm_prefix="四川",
    counsel=1370,
    counsel_source=S3_SITES,
    languages=(("cmn-x-sichuan", 0.4), ("ii", 0.02), ("en", 0.01)),
    yi_counties=("511132", "511133"),
    bodies=[
        Bodies("律师事务所", ("law_firm",), 57, 3, "{prefix}{firm}律师事务所", S3_NETWORK, outreach=0.2),
        Bodies("基层法律服务所", ("grassroots_legal_service",), 31, 3, "{region}{firm}法律服务所", S3_NETWORK),
        Bodies("公证机构", ("notary_office",), 12, 3, "{region}{firm}公证处", S3_NETWORK, ("notarization",)),
        Bodies("法律援助中心：市", ("legal_aid_center",), 1, 2, "{place}法律援助中心", S3_NETWORK),
        Bodies("法律援助中心：县", ("legal_aid_center",), 11, 3, "{region}法律援助中心", S3_NETWORK, outreach=0.5),
        Bodies("司法鉴定机构", ("forensic_appraisal",), 1, 3, "{prefix}{firm}司法鉴定中心", S3_NETWORK, ("appraisal",)),
        Bodies("调解委员会：村、社区", ("mediation_village",), 1371, 5, "{county}{town}{region}人民调解委员会",
               S3_NETWORK + "（1946 家分为 1371 + 132 + 434 + 9，分法是我们的）"),
        Bodies("调解委员会：乡镇、街道", ("mediation_town",), 132, 4, "{county}{region}人民调解委员会", S3_NETWORK),
        Bodies("调解委员会：企事业单位", ("mediation_enterprise",), 434, 3, "{region}{firm}企业人民调解委员会", S3_NETWORK),
        special("mediation_trade", "进出口贸易", 1, S3_SPECIAL),
        special("mediation_women_business", "女企业家商会", 1, S3_SPECIAL),
        special("mediation_family", "婚姻家庭", 1, S3_SPECIAL, ("family",)),
        special("mediation_medical", "医疗", 1, S3_SPECIAL, ("medical_dispute",)),
        special("mediation_intellectual_property", "知识产权", 1, S3_SPECIAL, ("intellectual_property",)),
        special("mediation_emergency", "应急管理", 1, S3_SPECIAL),
        special("mediation_environment", "环境保护", 1, S3_SPECIAL, ("environment",)),
        special("mediation_traffic", "道路交通事故", 1, S3_SPECIAL, ("traffic",)),
        special("mediation_finance", "保险合同", 1, S3_SPECIAL, ("finance",)),
        Bodies("派出所人民调解室", ("police_mediation_room",), 115, 4, "{county}{region}派出所人民调解室", "全市115个派出所人民调解室实现全覆盖",
               hours="always"),
        Bodies("法院律师调解工作室", ("lawyer_mediation_studio",), 12, 3, "{region}法院{firm}律师调解工作室", "新建法院律师调解工作室12个"),
        Bodies("品牌人民调解工作室", ("brand_mediation_studio",), 9, 3, "{studio}人民调解工作室", "省级品牌人民调解工作室9个"),
        Bodies("市公共法律服务中心（挂牌五个分中心）",
               ("service_center", "administrative_dispute_center", "commercial_mediation", "dispute_coordination", "judge_workstation"),
               1, 2, "{place}公共法律服务中心", "挂牌“政务服务中心分中心”“行政争议多元化解中心”“商事调解中心”“矛盾纠纷多元化解协调中心”“法律援助中心”",
               hours="weekend", outreach=1.0),
        Bodies("县级公共法律服务中心", ("service_center",), 11, 3, "{region}公共法律服务中心", "“公共法律服务宣传周”活动在11个县(市、区)同步开展",
               outreach=0.5),
        Bodies("乡镇公共法律服务工作站", ("service_station", "justice_office"), 132, 4, "{county}{region}公共法律服务工作站", S3_SITES),
        Bodies("公共法律服务工作室", ("service_room",), 696, 5, "{county}{town}{region}公共法律服务工作室", S3_SITES, hours="evening"),
        Bodies("12348热线", ("hotline",), 1, 2, "{place}12348公共法律服务热线", "开通“12348”法律服务热线平台", hours="always"),
        Bodies("仲裁委员会", ("arbitration_commission",), 1, 2, "{place}{firm}仲裁委员会", "乐山仲裁委尽职履责（名称另起）", ("arbitration",)),
    ],
    people=[
        People("人民调解员", "mediator", 8970, tuple(MEDIATION), "mediator", "现全市人民调解员达到8970人"),
        People("彝语接听席位", "legal_aid_worker", 2, ("hotline",), "lawyer", "增加两个彝语接听席位", 1.0, ("ii",)),
        People("律师", "lawyer", 420, ("law_firm", "lawyer_mediation_studio"), "lawyer", legal_aid=0.5),
        People("基层法律服务工作者", "grassroots_legal_worker", (5,), ("grassroots_legal_service",), "worker", legal_aid=0.6),
        People("公证员", "notary", (4,), ("notary_office",), "notary"),
        People("司法鉴定人", "forensic_appraiser", (8,), ("forensic_appraisal",), "appraiser"),
        People("仲裁员", "arbitrator", (30,), ("arbitration_commission",), "arbitrator"),
        People("法律援助人员", "legal_aid_worker", (4,), ("legal_aid_center",), "lawyer", legal_aid=1.0),
    ],
)

S4_SITES = "区、镇(街道)的公共法律服务中心、站建成率达到100%,村(居)法律顾问全覆盖"

DONGAN = Place(
    key="dongan",
    code="231002",
    city="牡丹江市东安区",
    center=(129.63, 44.58),
    area_code="0453",
    phone_digits=7,
    firm_prefix="黑龙江",
    counsel=41,
    counsel_source=S4_SITES,
    languages=(("cmn-x-dongbei", 0.4), ("ko", 0.05), ("ru", 0.03)),
    bodies=[
        Bodies("区公共法律服务中心", ("service_center", "legal_aid_center"), 1, 3, "{place}公共法律服务中心", S4_SITES, outreach=1.0),
        Bodies("镇（街道）公共法律服务站", ("service_station", "justice_office"), EACH, 4, "{county}{region}公共法律服务工作站", S4_SITES),
        Bodies("社区（村）公共法律服务工作室", ("service_room",), EACH, 5, "{county}{town}{region}公共法律服务工作室",
               "在社区(村)建立公共法律服务工作室", hours="evening"),
        Bodies("律师调解工作室", ("lawyer_mediation_studio",), 3, 3, "{region}{firm}律师调解工作室",
               "推进在法院、公共法律服务中心、律师事务所设立律师调解工作室（各一）"),
        Bodies("镇（街道）人民调解委员会", ("mediation_town",), EACH, 4, "{county}{region}人民调解委员会"),
        Bodies("社区（村）人民调解委员会", ("mediation_village",), EACH, 5, "{county}{town}{region}人民调解委员会"),
        Bodies("律师事务所", ("law_firm",), 8, 3, "{prefix}{firm}律师事务所"),
        Bodies("公证机构", ("notary_office",), 1, 3, "{region}{firm}公证处", areas=("notarization",)),
    ],
    people=[
        People("律师", "lawyer", 48, ("law_firm", "lawyer_mediation_studio"), "lawyer", legal_aid=0.6),
        People("公证员", "notary", (4,), ("notary_office",), "notary"),
        People("人民调解员", "mediator", (3,), ("mediation_town", "mediation_village"), "mediator"),
        People("法律援助人员", "legal_aid_worker", (4,), ("service_center",), "lawyer", legal_aid=1.0),
    ],
)

PLACES = [SHENYANG, WENZHOU, HUAIBEI, LESHAN, DONGAN]
