/** @type {import("../language.mjs").Language} */
export const chinese = {
  code: "zh",
  locale: "zh-CN",
  countries: ["CN", "SG", "TW"],
  kinds: {
    guitar: "古典吉他",
    violin: "小提琴",
    cello: "大提琴",
    piano: "电钢琴",
    clarinet: "单簧管",
    trumpet: "小号",
    ukulele: "尤克里里",
    snare: "军鼓",
  },
  topics: {
    order: {
      subject: "包裹没有收到",
      ask: [
        "你好,我的订单{order}到哪里了?本来说周末前能到的。",
        "订单{order}三天都没有更新物流,请帮我查一下。",
        "我买的{item}({order})能在{date}之前送到吗?孩子要上第一节课。",
      ],
      fits: [0, 1, 0],
      answer: [
        "已为您查到:订单**{order}**({item})由{carrier}派送,预计**{date}**送达。派送当天早上您会收到短信通知。",
        "很抱歉让您久等了。包裹昨天已从{city}发出,{carrier}预计{date}送到。如果家里没人,会在自提点保留{days}天。",
      ],
    },
    advice: {
      subject: "选购咨询",
      ask: [
        "想给初学者买一把{kind},预算{budget}左右,有什么推荐?",
        "{item}和{other}有什么区别?给十岁的孩子用。",
        "我学了五年,想换一把好一点的{kind},{item}值得买吗?",
      ],
      fits: [0, 0, 1],
      answer: [
        "推荐两款:\n\n1. **{item}**,{price}:音色均衡,手感舒适,保值。\n2. **{other}**,{otherPrice}:声音更明亮,也更轻。\n\n方便的话可以到{city}的门店试一试;{days}天内可以退货。",
        "建议选**{item}**({price}),出库前我们的技师都会调试好,初学者用起来很省心。如果打算长期学,{other}({otherPrice})更合适。",
      ],
    },
    return: {
      subject: "退换货",
      ask: ["订单{order}尺寸买大了,怎么退货?", "收到的{item}侧面有划痕,订单号{order},可以换吗?", "退货的运费谁出?订单{order}。"],
      fits: [0, 1, 0],
      answer: [
        "没问题,签收后{days}天内可以免费退货。{order}的退货标签已发到您的邮箱。请把琴弦稍微放松,用原包装寄回。我们收到后三个工作日内退还{price}。",
        "非常抱歉。{carrier}会在{date}之前上门取件,新的当天就会寄出,您不需要支付任何费用。",
      ],
    },
    care: {
      subject: "保养问题",
      ask: ["{kind}的琴弦多久换一次?", "北方冬天家里很干燥,湿度不到30%,对{item}有影响吗?", "琴上有松香和指纹,用什么擦比较好?"],
      fits: [1, 0, 0],
      answer: [
        "湿度最好保持在45%到60%,远离暖气和阳光。冬天在琴盒里放一个小加湿器就够了。演奏后用干的软布擦拭,不要用家具上光剂,会伤漆面[handbook/care#2]。",
        "每天练一小时的话,大约三到四个月换一次。请一根一根地换,以免琴码移位。适合{item}的琴弦我们有现货[handbook/care#1]。",
      ],
    },
    repair: {
      subject: "损坏,附照片",
      ask: ["面板裂了一条缝,照片见附件,还能修吗?({item})", "琴摔了一下,现在有杂音,看看照片,大概要多少钱?"],
      fits: [0, 1],
      answer: [
        "谢谢您的照片。这是顺着木纹的裂缝,需要粘合并在内侧加固,费用约{cost},需要{days}天。已为您预约{date}在{city}的工坊。在那之前请先不要演奏。",
        "从照片看只是漆面的问题,木头没有受损。{date}我们的制琴师可以免费检查。如果在保修范围内则不收费,否则大约{cost}。",
      ],
    },
  },
  followUps: [
    { topics: ["advice"], ask: "可以分期付款吗?", answer: "可以,满{minimum}可分6、12或24期,前六期免息,结账时选择即可。" },
    { topics: ["advice"], ask: "有琴盒吗?", answer: "附送加厚琴包。硬盒{casePrice},一起购买打九折。" },
    { topics: ["order", "advice"], ask: "能到店自提吗?", answer: "可以,{city}门店,周一到周六10点到18点,请带上订单号。" },
    { topics: ["order"], ask: "现在还能改地址吗?", answer: "可以,派送前一天晚上之前,在{carrier}的短信链接里修改即可,但需在同一城市。" },
    { topics: ["return"], ask: "退货标签要打印吗?", answer: "不用,出示手机上的二维码,{carrier}网点会为您打印。" },
    { topics: ["repair"], ask: "维修有保修吗?", answer: "我们粘合的部位保修两年,因空气过干产生的新裂缝不在保修范围内。" },
    { topics: ["care"], ask: "推荐哪种加湿器?", answer: "琴盒用的小型加湿器,{fee},每周加一次蒸馏水。" },
  ],
  comments: {
    up: ["回答很快,谢谢", "问题解决了", "比电话客服好"],
    down: ["没有回答我的问题", "日期不对", "想找人工客服"],
  },
};
