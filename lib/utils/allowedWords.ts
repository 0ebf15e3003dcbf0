/**
 * The words of a server response that may be shown: words of known errors of CleverReach, OAuth, gateways and
 * message brokers, and common function words. No names, no attribute values, no digits.
 */

const WORDS = `
a aborted about above abruptly abuse accept accepted access accessible account accounts acked acknowledged action
activate activated activation active activity add added additional address addresses after again all allow allowed
already also amount amqp an and another answer answered any apache api app application are aren argument arguments
array as at attribute attributes auth authentication authorisation authorised authorization authorized available away
back bad banned batch be because been before being below between big blacklist blacklisted block blocked blocklist body
boolean bounce bounced broken broker busy but by call called calls can cannot cant card certificate change changed
channel channels characters charset check clash cleverreach client clients close closed closes closing cloudflare code
column command condition confirm confirmation confirmed confirms conflict connect connection contact contacts contain
contained contains content conversion convert could couldn create created credentials credit currently customer
customers data database date day days deactivated dead declined deemed default defined delete deleted denied deprecated
description detail details did didn disabled disallowed disconnected do does doesn domain don double down due dupe
duplicate duplicated duplicates during each edge edit either element email emails empty enabled encoding end ended
ending endpoint ends enough entity entries entry error errors event events exceed exceeded exceeds exception exhausted
exist existing exists expected expired expires failed failure fast fatal fetch field fields file filter firewall first
firstname flow following for forbidden form format forms found frame frequent from full function gateway gender general
generic get global go gone good grant greater group groups had handle handshake has hasn have haven header headers
heartbeat hook hour hours html http id ids if ignored illegal import imported in inactive incorrect input insert
inserted insufficient integer internal into invalid ip is isn it item items its job json just key language large last
lastname later length less licence license like limit limited limits list local locked login long longer lookup lost
mail mailing maintenance malformed many match matches maximum may media message messages method mime min minimum minute
minutes mismatch missing mode moment moved multipart must my nacked name names need needed needs new nginx no nobody
none nor not nothing null number object occurred odd of off ok old on once one only onto open openresty operation opt
optin option options optout or order orders origin other our out over overload overloaded own page pages parameter
parameters parse parsed parsing part path payload payment peer pending per permanent permanently permission permissions
permitted phone plan please pool possible post precondition private problem process processed processing product
properties property protected protocol provided proxy publish published publishing put query queue quota rabbitmq range
rate rather re reach reached read reading ready reason received receiver receivers recipient redirect redirection
refresh refused register registered registration reject rejected request requested requests required resend reset
resource response retry revoked rights role route row rows rule rules s same save saved scope scopes second seconds
secret see send sending sent server service services session set setting settings should shouldn signature since single
size slow smaller so socket some something sorry source spam spamtrap stamp state status still stopped store stored
string subscribed subscriber subscription success successful successfully such support supported suspended syntax
system t tag tags taken temporarily temporary test text than that the their them then there these they this those
throttled till time timed timeout timestamp to today token tokens tomorrow too top total trial try trying type unable
unauthorised unauthorized unavailable undefined unexpected unique unknown unpaid unprocessable unreachable unsubscribed
unsupported until up update updated upload upper upsert uri url usage use used user users uses using utf valid validate
validation value values varnish ve verified verify version veryfied via violation wait was wasn way we web webhook were
when where whether which while whitelist with within without won words wouldn write writing wrong yet you your zip
`;

export const vocabulary: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
