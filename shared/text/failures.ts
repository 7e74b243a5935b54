/** Every failure that a person may meet, as a sentence that says what to do. Complete by type: a new code fails to compile. */
import { type Failure, type FailureCode } from '../failure.ts'
import { type Language } from './language.ts'

type Sentences = Readonly<Record<FailureCode, string | ((failure: Failure) => string)>>

const status = (failure: Failure) => (failure.status === undefined ? '' : ` (${failure.status})`)

const fieldsEn: Readonly<Record<string, string>> = {
  server: 'the server',
  username: 'the user name',
  password: 'the password',
  webSocket: 'the WebSocket address',
  extension: 'the extension',
  hint: 'the number that shows automatic recording',
  template: 'the file names',
  number: 'the number',
}

const fieldsFr: Readonly<Record<string, string>> = {
  server: 'le serveur',
  username: "le nom d'utilisateur",
  password: 'le mot de passe',
  webSocket: "l'adresse WebSocket",
  extension: 'le poste',
  hint: "le numéro qui montre l'enregistrement automatique",
  template: 'les noms des fichiers',
  number: 'le numéro',
}

const en: Sentences = {
  invalid: failure => `Check ${fieldsEn[failure.subject ?? ''] ?? 'what you typed'}: it cannot be used as it is.`,
  forbidden: 'This page may not do that. Close Tallylight and open it again.',
  unexpected: 'Something went wrong in Tallylight. Try again; the details are in its log.',
  'address-invalid': 'This is not the address of a server. Type a name such as voice.example.com.',
  unreachable: 'No answer from this server. Check the address and your network, then try again.',
  'not-wazo': 'Something answers there, but it is not Wazo. Check the address with your administrator.',
  'certificate-untrusted':
    'Nobody vouches for this server. Compare its fingerprint with the one your administrator gives you.',
  'certificate-changed':
    'This server shows another certificate than the one you accepted. Ask your administrator why before you go on.',
  'wrong-password': 'The user name or the password is wrong. Type both again.',
  'too-many-sessions': 'You are signed in too often elsewhere. Sign out on another device, or wait, then try again.',
  throttled: 'The server asks for patience. Wait a minute, then try again.',
  'server-trouble': failure =>
    `The server has trouble${status(failure)}. Try again in a minute; if it lasts, tell your administrator.`,
  'not-a-user': 'This account has no telephone user. Sign in with your own account, or ask your administrator.',
  'no-line': 'Your user has no telephone line. Ask your administrator for one.',
  'session-over': 'Your session is over. Sign in again.',
  'not-allowed': 'A right is missing for this. Ask your administrator.',
  'phone-off': 'There is no phone on this computer. Use your desk phone, or sign in again and choose this computer.',
  'not-registered': 'Your phone is not connected. Wait until it is, then try again.',
  'sip-refused': 'The server refuses this phone. Check the extension and the password.',
  'too-many-phones': 'Too many phones are connected on this line. Close one elsewhere, then try again.',
  'number-invalid': 'This number cannot be dialled. Use digits, * and #, with + in front of a country code.',
  'call-unknown-number': 'This number does not exist. Check it, then call again.',
  'call-busy': 'The line is busy. Call again later.',
  'call-forbidden': 'You may not call this number. Ask your administrator.',
  'call-unavailable': 'Nobody can be reached there now. Call again later.',
  'call-declined': 'The call was declined. Call again later.',
  'call-no-answer': 'Nobody answered. Call again later.',
  'call-failed': failure => `The call failed${status(failure)}. Try again; if it lasts, tell your administrator.`,
  'call-gone': 'This call has ended. There is nothing left to do.',
  'hold-refused': failure =>
    `The server did not take the call up again${status(failure)}. It is still on hold; try again.`,
  'transfer-failed': failure =>
    `The transfer did not happen${status(failure)}. The call is still yours; try again, or another number.`,
  'phone-by-hand': 'This phone cannot be controlled from here. Use its own keys.',
  'recording-not-allowed': 'You are not allowed to record calls yourself. Ask your administrator.',
  'recording-no-route': 'Nothing here reaches this call. Press the recording code on your phone.',
  'code-too-slow': failure =>
    `The server answered too slowly for ${failure.subject ?? 'this code'}. See what is shown now, then try again.`,
  'code-disabled': failure =>
    `${failure.subject ?? 'This code'} is switched off here; nothing changed. Ask your administrator.`,
  'policy-locked': 'Your administrator has locked this on this computer. Ask him about it.',
  'right-unchanged': 'The server took it, but the permission is as before. Try again, or ask your administrator.',
  'recording-deleted': 'This recording was deleted on the server. Only an administrator may have a copy.',
  'recording-missing': 'The server lists this recording, but its file is gone. Ask your administrator.',
  'recording-unreadable':
    'The file is there, but the server may not read it. Ask your administrator to repair its permissions.',
  'recording-empty': 'Nothing was written: the file is empty. Tell your administrator if this happens again.',
  'recording-no-media': 'This server does not let you play recordings. Ask your administrator for Wazo 24.12 or later.',
  'recording-broken': 'This file is no audio that can be played. Export it and show it to your administrator.',
  'recording-format': failure =>
    `This recording is in ${failure.subject ?? 'a format'} format, which cannot be played here. Export it, and open it with another program.`,
  'recording-unfinished': 'This recording is still being written. Try again once the call is over.',
  'folder-unreadable': 'The folder cannot be read. Check that it is connected, or choose it again.',
  'folder-part-unreadable':
    'Part of the folder cannot be read. What was read of it stays listed. Ask your administrator for access.',
  'library-left':
    'You are signed out, but something of your list could not be erased from this computer. Sign in and sign out again, or tell your administrator.',
  'library-broken':
    'The list on this computer cannot be read. Your recordings are safe on the server. Restart Tallylight; if it lasts, check that the disk is not full.',
  'notes-unreadable':
    'This is not a file of notes from Tallylight, or it is from a newer version. Nothing was changed.',
  'vault-locked': 'The copies on this computer are locked. Enter the passphrase.',
  'keeping-closed': 'This computer has no keyring, so nothing is kept on it. Set a passphrase in the settings first.',
  'passphrase-wrong': 'This is not the passphrase. Type it again; nobody can recover it.',
  'key-lost':
    'The keyring of this computer does not give the key of the copies. Unlock it, or erase the copies in the settings.',
  'disk-full': 'The disk is full. Make room on it, then try again.',
  'copy-damaged': 'The copy on this computer was damaged, and is not played. It is fetched again from the server.',
  'target-gone': 'The folder to write to is gone. Connect it again, then go on.',
  'target-locked': 'Nothing may be written in this folder. Allow it, or choose another folder.',
  'template-slow': 'These file names take too long to work out. Make them simpler.',
  'in-call': 'Not during a call. Try again when it has ended.',
  'template-unsupported': failure =>
    `${failure.subject === undefined ? 'This' : `"${failure.subject}"`} cannot be used in file names. Use variables, if, and simple changes of text.`,
}

const fr: Sentences = {
  invalid: failure =>
    `Vérifiez ${fieldsFr[failure.subject ?? ''] ?? 'ce que vous avez écrit'}\u00a0: ce n'est pas utilisable ainsi.`,
  forbidden: 'Cette page ne peut pas faire cela. Fermez Tallylight et ouvrez-le de nouveau.',
  unexpected: 'Tallylight a rencontré un problème. Réessayez. Les détails sont dans son journal.',
  'address-invalid': "Ce n'est pas l'adresse d'un serveur. Écrivez un nom comme voix.exemple.com.",
  unreachable: "Ce serveur ne répond pas. Vérifiez l'adresse et votre réseau, puis réessayez.",
  'not-wazo': "Quelque chose répond là, mais ce n'est pas Wazo. Vérifiez l'adresse avec votre administrateur.",
  'certificate-untrusted':
    'Personne ne garantit ce serveur. Comparez son empreinte avec celle que donne votre administrateur.',
  'certificate-changed':
    "Ce serveur montre un autre certificat que celui que vous avez accepté. Demandez pourquoi à votre administrateur avant d'aller plus loin.",
  'wrong-password': "Le nom d'utilisateur ou le mot de passe est faux. Écrivez-les de nouveau.",
  'too-many-sessions':
    "Vous êtes connecté à trop d'endroits. Déconnectez un autre appareil, ou attendez, puis réessayez.",
  throttled: 'Le serveur demande un peu de patience. Attendez une minute, puis réessayez.',
  'server-trouble': failure =>
    `Le serveur a un problème${status(failure)}. Réessayez dans une minute. Si cela dure, voyez votre administrateur.`,
  'not-a-user':
    "Ce compte n'a pas d'utilisateur téléphonique. Prenez votre propre compte, ou voyez votre administrateur.",
  'no-line': "Votre utilisateur n'a pas de ligne téléphonique. Demandez-en une à votre administrateur.",
  'session-over': 'Votre session est terminée. Reconnectez-vous.',
  'not-allowed': 'Il manque un droit pour cela. Voyez votre administrateur.',
  'phone-off':
    "Il n'y a pas de téléphone sur cet ordinateur. Prenez votre téléphone de bureau, ou reconnectez-vous et choisissez cet ordinateur.",
  'not-registered': "Votre téléphone n'est pas connecté. Attendez qu'il le soit, puis réessayez.",
  'sip-refused': 'Le serveur refuse ce téléphone. Vérifiez le poste et le mot de passe.',
  'too-many-phones': 'Trop de téléphones sont connectés sur cette ligne. Fermez-en un ailleurs, puis réessayez.',
  'number-invalid':
    "Ce numéro ne peut pas être composé. Utilisez des chiffres, * et #, avec + devant l'indicatif du pays.",
  'call-unknown-number': "Ce numéro n'existe pas. Vérifiez-le, puis rappelez.",
  'call-busy': 'La ligne est occupée. Rappelez plus tard.',
  'call-forbidden': "Vous n'avez pas le droit d'appeler ce numéro. Voyez votre administrateur.",
  'call-unavailable': "Personne n'y est joignable pour le moment. Rappelez plus tard.",
  'call-declined': "L'appel a été refusé. Rappelez plus tard.",
  'call-no-answer': "Personne n'a répondu. Rappelez plus tard.",
  'call-failed': failure => `L'appel a échoué${status(failure)}. Réessayez. Si cela dure, voyez votre administrateur.`,
  'call-gone': "Cet appel est terminé. Il n'y a plus rien à faire.",
  'hold-refused': failure =>
    `Le serveur n'a pas repris l'appel${status(failure)}. Il est toujours en attente. Réessayez.`,
  'transfer-failed': failure =>
    `Le transfert n'a pas eu lieu${status(failure)}. L'appel est toujours à vous. Réessayez, ou prenez un autre numéro.`,
  'phone-by-hand': "Ce téléphone ne se commande pas d'ici. Utilisez ses propres touches.",
  'recording-not-allowed': "L'enregistrement à la demande ne vous est pas permis. Voyez votre administrateur.",
  'recording-no-route': "Rien ici n'atteint cet appel. Faites le code d'enregistrement sur votre téléphone.",
  'code-too-slow': failure =>
    `Le serveur a répondu trop lentement pour ${failure.subject ?? 'ce code'}. Regardez ce qui s'affiche, puis réessayez.`,
  'code-disabled': failure =>
    `${failure.subject ?? 'Ce code'} est désactivé ici. Rien n'a changé. Voyez votre administrateur.`,
  'policy-locked': 'Votre administrateur a verrouillé ceci sur cet ordinateur. Voyez avec votre administrateur.',
  'right-unchanged':
    "Le serveur a accepté, mais la permission n'a pas changé. Réessayez, ou voyez votre administrateur.",
  'recording-deleted': 'Cet enregistrement a été supprimé du serveur. Seul un administrateur peut en avoir une copie.',
  'recording-missing': 'Le serveur liste cet enregistrement, mais son fichier a disparu. Voyez votre administrateur.',
  'recording-unreadable':
    "Le fichier existe, mais le serveur n'a pas le droit de le lire. Demandez à votre administrateur d'en corriger les permissions.",
  'recording-empty': "Rien n'a été écrit\u00a0: le fichier est vide. Si cela se répète, voyez votre administrateur.",
  'recording-no-media': "Ce serveur ne permet pas l'écoute. Demandez Wazo 24.12 ou plus récent à votre administrateur.",
  'recording-broken':
    "Ce fichier n'est pas un son qui puisse être écouté. Exportez-le et montrez-le à votre administrateur.",
  'recording-format': failure =>
    `Cet enregistrement est au format ${failure.subject ?? 'inconnu'}, qui ne se lit pas ici. Exportez-le et ouvrez-le avec un autre programme.`,
  'recording-unfinished': "Cet enregistrement est encore en cours d'écriture. Réessayez une fois l'appel terminé.",
  'folder-unreadable': "Le dossier ne peut pas être lu. Vérifiez qu'il est branché, ou choisissez-le de nouveau.",
  'folder-part-unreadable':
    "Une partie du dossier ne peut pas être lue. Ce qui en a été lu reste dans la liste. Demandez l'accès à votre administrateur.",
  'library-left':
    "Vous êtes déconnecté, mais une partie de votre liste n'a pas pu être effacée de cet ordinateur. Reconnectez-vous et déconnectez-vous, ou voyez votre administrateur.",
  'library-broken':
    "La liste de cet ordinateur est illisible. Vos enregistrements sont saufs sur le serveur. Relancez Tallylight. Si cela dure, vérifiez que le disque n'est pas plein.",
  'notes-unreadable':
    "Ce n'est pas un fichier de notes de Tallylight, ou il vient d'une version plus récente. Rien n'a changé.",
  'vault-locked': 'Les copies de cet ordinateur sont verrouillées. Entrez la phrase secrète.',
  'keeping-closed':
    "Cet ordinateur n'a pas de trousseau, donc rien n'y est gardé. Choisissez d'abord une phrase secrète dans les réglages.",
  'passphrase-wrong': "Ce n'est pas la phrase secrète. Tapez-la de nouveau. Personne ne peut la retrouver.",
  'key-lost':
    'Le trousseau de cet ordinateur ne donne pas la clé des copies. Déverrouillez-le, ou effacez les copies dans les réglages.',
  'disk-full': 'Le disque est plein. Faites-y de la place, puis réessayez.',
  'copy-damaged': "La copie de cet ordinateur est abîmée et n'est pas lue. Elle est reprise du serveur.",
  'target-gone': 'Le dossier où écrire a disparu. Rebranchez-le, puis continuez.',
  'target-locked': "Rien ne peut être écrit dans ce dossier. Autorisez l'écriture, ou choisissez un autre dossier.",
  'template-slow': 'Ces noms de fichiers demandent trop de calcul. Simplifiez-les.',
  'in-call': 'Pas pendant un appel. Réessayez quand il sera terminé.',
  'template-unsupported': failure =>
    `${failure.subject === undefined ? 'Ceci' : `«\u00a0${failure.subject}\u00a0»`} ne peut pas servir dans les noms de fichiers. Utilisez des variables, if et de simples changements de texte.`,
}

const sentences: Readonly<Record<Language, Sentences>> = { en, fr, 'fr-CA': fr }

/** The sentence for a failure: what happened, and what to do. */
export function failureText(language: Language, failure: Failure): string {
  const sentence = sentences[language][failure.code]
  return typeof sentence === 'string' ? sentence : sentence(failure)
}
