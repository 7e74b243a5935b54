/**
 * French as written in Canada: some twenty overrides of `fr`. No space before ; ! and ? there (Office québécois de la
 * langue française), "courriel", and "poste" for an extension needs "téléphone" for the device.
 */
import { type Text } from './en.ts'
import { fr } from './fr.ts'

export const frCA: Text = {
  ...fr,
  phone: {
    ...fr.phone,
    off: 'Téléphone de bureau',
    refusedHelp:
      'Le serveur refuse ce téléphone. Vous ne pouvez pas appeler de cet ordinateur; voyez votre administrateur au sujet de votre ligne.',
  },
  link: {
    ...fr.link,
    polling: 'Les nouvelles du serveur sont interrompues; il est interrogé toutes les 2 secondes.',
    signedOut: 'Votre session sur le serveur est terminée. Votre appel continue; reconnectez-vous ensuite.',
  },
  ask: { ...fr.ask, title: (code: string) => `Envoyer ${code} sans connaître l'état?` },
  rawRate: { ...fr.rawRate, taken: (rate: string) => `${rate}?` },
  naming: {
    ...fr.naming,
    zoneless: "Les noms disent l'heure de l'horloge du serveur; elle est prise pour celle de cet ordinateur.",
  },
  automatic: {
    ...fr.automatic,
    unchanged: 'À partir de votre prochain appel; cet appel ne change pas.',
    dialBy: {
      ...fr.automatic.dialBy,
      phone: (code: string) => `Votre ligne appelle ${code} un instant; le serveur raccroche tout seul.`,
    },
    codeMixed: (present: string) => `Les quatre sont mis en marche; votre choix actuel (${present}) est perdu.`,
    refusal: {
      ...fr.automatic.refusal,
      'code-disabled': (code: string) => `${code} est désactivé ici; rien n'a changé`,
      'not-allowed': "Vous n'avez pas le droit de changer ceci; rien n'a changé. Voyez votre administrateur",
      'server-trouble': "Le serveur a un problème; rien n'a changé. Réessayez",
      'phone-off': "Votre téléphone n'est pas connecté; rien n'a changé",
      'not-picked-up': "Votre téléphone n'a pas été décroché; rien n'a changé",
    },
  },
  works: {
    ...fr.works,
    call: {
      ...fr.works.call,
      byCode: "Voir vos appels; l'enregistrement se fait par des codes de votre téléphone.",
      blind: "L'enregistrement se fait par des codes de votre téléphone; ce serveur ne montre pas vos appels.",
    },
    recordings: {
      ...fr.works.recordings,
      listed: "Trouver vos enregistrements; ce serveur ne permet pas l'écoute.",
    },
  },
  calls: {
    ...fr.calls,
    fromNow: "L'enregistrement vaut à partir de maintenant; ce qui a été dit avant ne peut pas être récupéré.",
    deskRings: "Votre téléphone de bureau sonne d'abord. Décrochez pour être mis en ligne.",
    notOffered:
      "Ce serveur ne laisse pas cette application passer d'appels. Composez sur votre téléphone; l'appel paraît ici.",
    elsewhere: { companion: 'Sur votre téléphone de bureau', phone: 'Sur un autre de vos téléphones' },
    end: {
      ...fr.calls.end,
      notRecorded: 'Pas enregistré\u00a0: pourquoi?',
      notKnown: "Impossible de dire s'il a été enregistré\u00a0: pourquoi?",
      late: 'Pas encore listé\u00a0: pourquoi?',
    },
  },
  keeping: {
    ...fr.keeping,
    whatHelp:
      "Les plus récents d'abord. Les copies que cette règle ne désigne plus sont retirées; celles gardées à la main restent.",
    less: {
      ...fr.keeping.less,
      stays: 'Les enregistrements restent sur le serveur; seul un administrateur les y supprime.',
    },
    work: { ...fr.keeping.work, waiting: 'Le serveur ne le donne pas maintenant; nouvel essai plus tard.' },
    removeHelp: "L'enregistrement reste sur le serveur; seul un administrateur l'y supprime.",
  },
  recordings: {
    ...fr.recordings,
    purgeKeep: 'Garder une copie?',
    deletedKept: 'Supprimé du serveur; votre copie est ici',
    whyNone: "Pourquoi n'y a-t-il pas d'enregistrement de cet appel?",
    unreadWhy:
      "Le nom d'un tel fichier ne dit pas de quel appel il s'agit, ou le fichier ne peut pas être ouvert. Rien n'y est changé. Vérifiez le modèle des noms de fichiers dans les paramètres, ou voyez votre administrateur.",
    why: {
      ...fr.recordings.why,
      late: {
        short: 'pas encore listé',
        answer:
          "L'appel a fini il y a plus d'une minute, et le serveur ne liste pas encore l'enregistrement. Il est peut-être occupé; si cela dure, donnez l'heure de l'appel à votre administrateur.",
      },
    },
    details: {
      ...fr.recordings.details,
      removeHelp: "L'enregistrement reste sur le serveur; seul un administrateur l'y supprime.",
    },
  },
  exporting: {
    ...fr.exporting,
    dialogs: {
      ...fr.exporting.dialogs,
      saveMove: 'Garder les notes et les paramètres',
      loadMove: "Notes et paramètres d'un autre ordinateur",
    },
    moveHelp:
      'Un fichier emporte vos notes, repères, étiquettes, étoiles et paramètres. Les enregistrements restent sur le serveur. Quiconque a le fichier peut lire vos notes.',
    settings: (count: number) => (count < 2 ? `${count} paramètre changé` : `${count} paramètres changés`),
  },
  player: { ...fr.player, markHint: 'Que dit-on ici?' },
  settings: {
    ...fr.settings,
    title: 'Paramètres',
    uses: { ...fr.settings.uses, companion: 'sur votre téléphone de bureau' },
    can: { ...fr.settings.can, originate: 'Appeler par votre téléphone de bureau' },
  },
  rail: { ...fr.rail, settings: 'Paramètres' },
  pairing: {
    ...fr.pairing,
    usernameHint: 'souvent votre adresse courriel',
    certificate: { ...fr.pairing.certificate, title: 'Connaissez-vous ce serveur?' },
    choose: {
      ...fr.pairing.choose,
      title: 'Où parlez-vous?',
      phoneHelp: 'Les appels sonnent ici; vous parlez dans un casque. Le microphone ne sert que pendant les appels.',
      companion: 'Sur mon téléphone de bureau',
    },
  },
}
