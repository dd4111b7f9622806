//! What simulated people type: their own words, not the product's, therefore not in the language
//! files. Each stands in every language that a phone of the plan may have.

/// Something typed by a person in need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saying {
    /// Somebody does not leave them alone.
    Bothered,
    /// Where they hide.
    Where,
    /// They feel ill.
    Dizzy,
    /// They see somebody else in need.
    Other,
    /// They have lost their friends.
    Lost,
    /// They feel better.
    Better,
}

type Six = [&'static str; 6];

/// In the order of [`Saying`].
const SAID: [(&str, Six); 12] = [
    (
        "fr",
        [
            "Un homme me suit depuis le bar, il ne me lâche pas",
            "Je suis au fond, derrière les plantes",
            "J'ai la tête qui tourne, je préfère rester assise",
            "Une fille pleure près de l'escalier, un type lui tient le bras",
            "J'ai perdu mes amis et je n'ai plus de réseau pour les appeler",
            "Ça va mieux, je les vois arriver",
        ],
    ),
    (
        "en",
        [
            "a man keeps following me since the bar, he won't go away",
            "I'm at the back, behind the plants",
            "I feel dizzy, I'd rather stay seated",
            "There's a girl crying near the stairs, some guy is holding her arm",
            "lost my friends and I don't feel good here on my own",
            "feeling better now, I can see them coming",
        ],
    ),
    (
        "it",
        [
            "Un uomo mi segue dal bar e non mi lascia in pace",
            "Sono in fondo, dietro le piante",
            "Mi gira la testa, preferisco restare seduta",
            "C'è una ragazza che piange vicino alle scale, un tipo la tiene per il braccio",
            "Ho perso i miei amici e qui da sola non sto bene",
            "Va meglio, li vedo arrivare",
        ],
    ),
    (
        "es",
        [
            "Un hombre me sigue desde el bar y no me deja en paz",
            "Estoy al fondo, detrás de las plantas",
            "Estoy mareada, prefiero quedarme sentada",
            "Hay una chica llorando junto a la escalera, un tipo la tiene del brazo",
            "He perdido a mis amigos y aquí sola no estoy bien",
            "Ya estoy mejor, los veo venir",
        ],
    ),
    (
        "de",
        [
            "Ein Mann läuft mir seit der Bar nach und geht nicht weg",
            "Ich bin ganz hinten, hinter den Pflanzen",
            "Mir ist schwindelig, ich bleibe lieber sitzen",
            "An der Treppe weint eine Frau, ein Typ hält sie am Arm fest",
            "Ich habe meine Freunde verloren und fühle mich hier allein nicht wohl",
            "Es geht wieder, ich sehe sie kommen",
        ],
    ),
    (
        "pt",
        [
            "Um homem segue-me desde o bar e não me larga",
            "Estou ao fundo, atrás das plantas",
            "Estou tonta, prefiro ficar sentada",
            "Há uma rapariga a chorar junto às escadas, um tipo agarra-lhe o braço",
            "Perdi os meus amigos e não me sinto bem aqui sozinha",
            "Já estou melhor, vejo-os a chegar",
        ],
    ),
    (
        "zh-Hans",
        [
            "从酒吧开始就有个男人一直跟着我，不肯走",
            "我在最里面，植物后面",
            "我头晕，想坐着不动",
            "楼梯旁有个女孩在哭，有个男的抓着她的胳膊",
            "我和朋友走散了，一个人在这里很不舒服",
            "好多了，我看到他们过来了",
        ],
    ),
    (
        "ja",
        [
            "バーからずっと男の人がついてきて、離れてくれません",
            "奥の植物の後ろにいます",
            "めまいがするので、座ったままでいたいです",
            "階段のそばで女の子が泣いていて、男が腕をつかんでいます",
            "友だちとはぐれて、一人で不安です",
            "落ち着きました。友だちが来るのが見えます",
        ],
    ),
    (
        "ko",
        [
            "바에서부터 어떤 남자가 계속 따라와요. 안 가요",
            "안쪽 화분 뒤에 있어요",
            "어지러워서 앉아 있고 싶어요",
            "계단 옆에서 여자분이 울고 있는데 어떤 남자가 팔을 잡고 있어요",
            "친구들을 잃어버렸고 혼자라 불안해요",
            "이제 괜찮아요. 친구들이 오는 게 보여요",
        ],
    ),
    (
        "ar",
        [
            "رجل يتبعني منذ البار ولا يتركني",
            "أنا في آخر القاعة خلف النباتات",
            "أشعر بدوار وأفضل البقاء في مكاني",
            "فتاة تبكي قرب الدرج ورجل يمسك بذراعها",
            "أضعت أصدقائي ولا أشعر بالراحة هنا وحدي",
            "أنا أفضل الآن، أراهم قادمين",
        ],
    ),
    (
        "ru",
        [
            "Мужчина идёт за мной от самого бара и не отстаёт",
            "Я в глубине зала, за растениями",
            "Кружится голова, лучше посижу",
            "У лестницы плачет девушка, какой-то парень держит её за руку",
            "Мои друзья потерялись, мне здесь одной не по себе",
            "Уже лучше, вижу, что они идут",
        ],
    ),
    (
        "uk",
        [
            "Чоловік іде за мною від самого бару й не відстає",
            "Я в глибині зали, за рослинами",
            "Паморочиться в голові, краще посиджу",
            "Біля сходів плаче дівчина, якийсь хлопець тримає її за руку",
            "Мої друзі загубилися, мені тут самій не по собі",
            "Уже краще, бачу, що вони йдуть",
        ],
    ),
];

/// What simulated agents tell a responder, in the language that this festival's team shares.
pub const APPROACH: [&str; 4] = [
    "Restez à quelques pas et attendez son signe.",
    "Ne l'appelez pas par son nom. Demandez les objets trouvés.",
    "Arrivez sans courir, radio baissée.",
    "Passez d'abord sans vous arrêter, puis revenez.",
];

impl Saying {
    /// In a language; in English where there is no other.
    pub fn text(self, lang: &str) -> &'static str {
        let of = |tag: &str| SAID.iter().find(|(known, _)| *known == tag).map(|(_, said)| said);
        let said = of(lang).or_else(|| of("en"));
        said.and_then(|said| said.get(self as usize)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_speaks_their_own_language() {
        for language in &app::text::LANGUAGES {
            let own = SAID.iter().find(|(tag, _)| *tag == language.tag);
            assert!(own.is_some(), "{} is missing", language.tag);
        }
        let mut all: Vec<&str> = SAID.iter().flat_map(|(_, said)| said).copied().collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), SAID.len() * 6, "a sentence stands there twice");
        assert_eq!(Saying::Better.text("xx"), Saying::Better.text("en"));
    }
}
