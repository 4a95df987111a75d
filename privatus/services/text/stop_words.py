"""The words of a language that say nothing of what a text is about, as people write them.

They also tell languages apart (`languages`): each list holds the most frequent words of its
language, the short ones before all.
"""

from __future__ import annotations

from functools import cache

from privatus.search.folding import words

_LISTS = {
    "en": """
        a about after again all also am an and any are as at be because been before being between
        both but by can could did do does doing don't down each few for from further get give go
        had has have having he her here hers him his how i i'd i'll i'm i've if in into is isn't
        it it's its just know let let's like make me more most much must my need no nor not now of
        off on once one only or other our ours out over own please same say see she should so some
        such sure than thank thanks that that's the their them then there there's these they thing
        things think this those through to too two under until up us use used using very want was
        way we we're well were what what's when where which while who whom whose why will with
        would yes yet you you'd you'll you're you've your yours
    """,
    "de": """
        aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim
        bin bis bist bitte da dabei dafür damit dann daran darauf das dass daß dein deine dem den
        denn der des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch
        ein eine einem einen einer eines einfach er es etwa etwas euch euer für gegen gibt gut hab
        habe haben hat hatte hätte hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren im immer
        in ins ist ja jede jedem jeden jeder jedes jetzt kann kannst kein keine keinen können
        könnte machen man mehr mein meine meinem meinen meiner mich mir mit möchte muss müssen nach
        nein nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen sich sie sind so
        solche soll sollte sondern sonst über um und uns unser unter viel vielen vom von vor wann
        war waren warum was weil welche welcher wenn wer werden wie wieder will wir wird wo wollen
        wurde würde zu zum zur zwar zwischen
    """,
    "fr": """
        ai aie alors as au aucun aussi autre aux avait avant avec avez avoir avons bien bonjour ça
        car ce cela celle celui ces cet cette chaque comme comment d'un d'une dans de des donc dont
        du elle elles en encore entre es est et étaient était été être eu eux faire fait faut ici
        il ils j'ai je la là le les leur leurs lui ma mais me même mes merci moi moins mon n'est ne
        ni non nos notre nous on ont ou où par parce pas peu peut peux plus pour pourquoi pourrait
        quand que quel quelle quelles quelque quels qu'il qui quoi s'il sa sans se ses si son sont
        sous sur ta te tes toi ton tous tout toute toutes très tu un une va vers voici vont vos
        votre vous y
    """,
    "es": """
        a además ahora al algo algunas algunos allí ante antes aquí así aunque bajo bien cada casi
        como cómo con contra cual cuál cuando cuándo cuanto de del desde donde dónde dos durante e
        el él ella ellas ellos en entre era eran eres es esa esas ese eso esos esta está estaba
        están estar estas este esto estos fue fueron gracias ha hace hacer hacia han has hasta hay
        he hola la las le les lo los más me mi mí mientras mis mucho muy nada ni no nos nosotros
        nuestra nuestro o os otra otras otro otros para pero poco por porque pregunta puede pueden
        puedes puedo pues que qué quien quién quiero se sea según ser si sí sido siempre sin sobre
        solo sólo son su sus también tan tanto te tengo ti tiene tienen todo todos tu tú tus un una
        unas uno unos usted vez y ya yo
    """,
    "it": """
        a abbiamo ai al alla alle allo anche ancora avere aveva c'è che chi ci ciao cioè come con
        contro cosa così cui da dagli dai dal dalla dalle dei del della delle dello deve di dopo
        dove dovrei due e è ed era erano essere fa fare fra già gli grazie ha hai hanno ho i il in
        io l'ho la le lei li lo loro lui ma mi mia mie miei mio molto ne nei nel nella nelle noi
        non nostro o ogni ora per perché però più poi possa posso potrebbe può qual quale quali
        quando quanto quella quelle quelli quello questa queste questi questo qui sarebbe se sei
        senza si sia siamo solo sono sopra sta stato su sua sue sui sul sulla suo suoi te ti tra tu
        tua tue tuo tutte tutti tutto un una uno vi voglio vorrei
    """,
    "pt": """
        a agora ainda além algo alguns ao aos apenas as às até cada com como da das de dela dele
        deles depois desde deve do dois dos e é ela elas ele eles em entre era eram essa essas esse
        esses esta está estão estar estas este estes eu fazer foi foram há isso isto já lhe mais
        mas me mesmo meu meus minha minhas muito muitos na não nas nem no nos nós nossa nosso num
        numa o obrigado olá onde os ou outra outro outros para pela pelas pelo pelos pode podem
        por porque pra qual qualquer quando quanto que quê quem quero são se sem sempre ser seu
        seus si sobre sou sua suas só também te tem têm tenho ter teu toda todas todo todos tu tua
        tudo um uma umas uns vai você vocês vou
    """,
    "nl": """
        aan al alle alleen als altijd andere ben bij daar dan dat de deze die dit doe doen door dus
        een eens en er ga gaan geen geweest goed graag had heb hebben heeft hem het hier hij hoe
        hun iemand iets ik in is ja je jij jouw jullie kan kun kunnen maar maken me meer mensen met
        mij mijn moet moeten na naar nee niet niets nog nu of om omdat ons onze ook op over te tegen
        toch toen tot tussen u uit uw van veel voor waar waarom wanneer want waren was wat we weer
        wel werd wie wij wil willen wilt word worden wordt zal ze zelf zich zij zijn zo zonder zou
    """,
    "sv": """
        alla allt att av bara blev bli blir de dem den denna deras dess det detta dig din dina du
        där efter eller en er ett får för från genom ger gör göra ha hade han har hela hennes hej
        hon honom hur här i icke in ingen inte jag ju kan kanske kommer kunde man med mellan men
        mer mig min mina mot mycket må måste ni nu när någon något några och också om oss på sedan
        sig sin sina ska skulle så sådan till tack under upp ut utan vad var varför vara vem vi
        vid vilka vilken vill vår våra är även över
    """,
    "da": """
        af alle alt anden at blev blive bliver da de dem den denne der deres det dette dig din du
        efter eller en end er et for fordi fra få får gør ham han har havde have hej hende her hos
        hun hvad hvem hver hvilke hvis hvor hvordan hvorfor i ikke ind ingen jeg jo kan kom kunne
        man mange med meget mellem men mig min mine mit mod må ned noget nogle nu når og også om
        op os over på selv sig sin skal skulle som sådan tak til ud under var ved vi vil ville
        vores være været
    """,
    "pl": """
        a aby albo ale ani bardzo bez bo by był była było były być chcę ci co czy czyli dla dlaczego
        dlatego do dobrze gdy gdzie go i ich ile im inne ja jak jaka jakie jako jego jej jest jestem
        jeszcze jeśli już każdy kiedy kto która które który ma mają mam mi między mnie może można
        mój my na nad nam nas nasz nawet nic nich nie nim niż no o od on ona one oni oraz po pod
        podczas ponieważ poza proszę przed przez przy są się swoje ta tak także tam te tego tej
        temu ten też to trzeba tu twój ty tych tylko tym u w we wiele więc wszystko z za ze że żeby
    """,
    "cs": """
        a aby aj ale ani asi az bez bude budou by byl byla bylo byly být co či další do ho i já jak
        jako je jeho jejich její jen ještě ji jiné již jsem jsi jsme jsou jste k kde kdo když která
        které který ke má mají mám mezi mi mně moc mohu můj může my na nad nám nás náš ne nebo než
        nic není o od on ona oni po pod pokud pouze prosím proto protože před přes při s se si
        svůj ta tak také tam te ten tento této to toho tom tomu tu tuto ty u už v vám vás ve více
        však všechno vy z za ze že
    """,
    "tr": """
        acaba ama ancak artık aslında az bana bazı belki ben benim beni bile bir biraz biri birkaç
        biz bize bizim böyle bu buna bunu bunun burada çok çünkü da daha de değil diye dolayı en
        eğer gibi göre hem hep hepsi her hiç ile ise için kadar karşı kendi ki kim mı mi mu mü
        nasıl ne neden nedir nerede niye o olan olarak oldu olduğu olsa olur ona onlar onu onun
        orada oysa sadece sana sen senin siz sizin son sonra şey şimdi şu tüm var ve veya ya yani
        yok zaten
    """,
    "ru": """
        а без более будет будто бы был была были было быть в вам вас вдруг ведь во вот все всегда
        всего всех вы где да даже два для до другой его ее ей если есть еще же за здесь и из или
        им иногда их к как какая какой когда конечно которая которые который кто куда ли лучше
        между меня мне много может можно мой моя мы на над надо наконец нас не него нее ней нет ни
        них ничего но ну о об один он она они опять от очень перед по под после потом потому почему
        почти при про просто раз с сам свою себе себя сейчас со совсем спасибо так также такой там
        тебя тем теперь то тогда того тоже только том тот три тут ты у уж хорошо хоть хочу чего чем
        через что чтобы эта эти это этого этой этом этот эту я
    """,
    "uk": """
        а або але без би був була були було бути в вам вас вже ви від він вона вони воно все всі
        де для до дуже дякую є ж за з зі й його йому і із інший її їх каже коли кожен котрий краще
        ли мене мені ми може можна мій моя на над навіть нам нас наш не нема немає ні них ніж о
        один от під після по про при просто саме свій себе собі та так також там те ти тим тільки
        тобі того тож той тому треба тут у хто це цей цього цьому ці чи чого чому що щоб щось я як
        яка яке який які якщо
    """,
    "ar": """
        إذا إلا إلى أحد أكثر الآن التي الذي الذين أن إن أنا أنت انه أو أي أيضا أين بأن بعد بعض بل
        بها به بين تلك ثم جدا حتى حول حيث خلال ذلك سوف شكرا على عليه عليها عن عند عندما غير فقط في
        فيه فيها قبل قد كان كانت كل كما كيف لا لأن لقد لك لكن للم لم لماذا له لها لي ليس ما ماذا
        متى مثل مع من منذ منه منها نحن نعم هذا هذه هل هم هنا هناك هو هي و وقد ولا ولم وهو وهي يا
        يجب يكون يمكن
    """,
    "fa": """
        آن آنها آیا از است اگر اما اند او ای این با باشد باید بر برای بسیار به بود بودن بی تا تو
        چرا چه چون چگونه چند خود خواهد در دارد دارم دارند را روی زیر سپس شد شده شما شود شوند
        کرد کردن کرده کنم کنند کنید که کسی لطفا ما من می نه نیز نیست هر هم همه همین و ولی وی یا یک
    """,
    "id": """
        ada adalah agar akan aku anda apa apakah atau bagaimana bagi bahwa banyak belum bisa bukan
        dalam dan dapat dari dengan di dia harus hanya ini itu jadi jika juga kami kamu karena ke
        kita lagi lebih mana masih mereka mengapa namun oleh pada pernah saat saja sangat saya
        sebagai sebuah sedang semua seperti sudah supaya tapi telah tentang terima tetapi tidak
        untuk yaitu yang
    """,
    "zh": """
        我们 你们 他们 她们 这个 那个 这些 那些 这样 那样 可以 什么 怎么 怎样 如何 因为 所以 但是
        如果 一个
        一些 没有 不是 就是 还是 已经 或者 以及 而且 然后 需要 应该 可能 自己 知道 现在 时候 的话
        谢谢 请问
        為什 为什 這個 這些 那個 我們 你們 他們 什麼 怎麼 沒有 因為 如果 還是 已經 應該 謝謝 您好
        你好
    """,
    "ja": """
        です ます した して する され れる こと もの ため よう それ これ あれ どれ そこ ここ ない
        なり なる
        いる いま ある あり から まで など でき きる さい くだ ださ とい いう って ので のは のか
        まし せん ませ
        しょ ょう だけ ですが でも また および どの この その たい った てい ると には では との
    """,
    "ko": """
        그리 그러 하지 합니 니다 습니 입니 있는 있습 없는 하는 에서 으로 에게 까지 부터 그것 이것
        저는 우리
        무엇 어떻 어떤 때문 하고 해서 해주 주세 세요 것은 것을 것이 있어 하면 는데
    """,
}

LANGUAGES = tuple(_LISTS)


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a language as the index spells them; none if it is not known."""
    return frozenset(word for said in _LISTS.get(language, "").split() for word in words(said))
