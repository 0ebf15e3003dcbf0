/** A hub that links the ids of two applications, as OIH does: each message carries the hub's id and that of the receiving application. */

type Application = 'cleverreach' | 'crm';

export class Hub {
  private readonly links: { oihUid: string; application: Application; id: string }[] = [];
  private records = 0;

  /** The hub's id of a record that an application sends. */
  uidOf(application: Application, id: string): string {
    const link = this.links.find((one) => one.application === application && one.id === id);
    if (link) return link.oihUid;
    const oihUid = `oih-${(this.records += 1)}`;
    this.link(oihUid, application, id);
    return oihUid;
  }

  link(oihUid: string, application: Application, id: string): void {
    const isKnown = this.links.some((one) => one.oihUid === oihUid && one.application === application && one.id === id);
    // the newest first, because a record may be created again
    if (!isKnown) this.links.unshift({ oihUid, application, id });
  }

  /** The id of a record in an application; undefined if the hub has none. */
  idIn(application: Application, oihUid: string): string | undefined {
    return this.links.find((one) => one.oihUid === oihUid && one.application === application)?.id;
  }
}
