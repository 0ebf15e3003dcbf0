export interface AuthorisationRequest {
  clientId: string;
  redirectUri: string;
  state: string | undefined;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (one) => escapes[one] ?? one);
}

/** The page on which a user allows the app to access the account; both buttons post the decision to the same URL. */
export function consentPage(asked: AuthorisationRequest): string {
  const fields = {
    client_id: asked.clientId,
    redirect_uri: asked.redirectUri,
    response_type: 'code',
    grant: 'basic',
    ...(asked.state === undefined ? {} : { state: asked.state }),
  };
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`,
  );
  return page(`<p>The app <code>${escape(asked.clientId)}</code> asks for access to this account: to its groups, receivers and forms.</p>
<p>Either answer leads back to <code>${escape(asked.redirectUri)}</code>.</p>
<form method="post" action="/oauth/authorize.php">
${inputs.join('\n')}
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Refuse</button>
</form>`);
}

/** The error page: the sandbox does not redirect to a URL that could be a script or another program. */
export function refusalPage({ clientId, redirectUri }: AuthorisationRequest): string {
  return page(`<p>The app <code>${escape(clientId)}</code> is refused: its <code>redirect_uri</code> must begin with http:// or https://, and
<code>${escape(redirectUri)}</code> does not.</p>`);
}

function page(content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>CleverReach sandbox: access to the account</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 36rem; padding: 0 1rem }
button { font: inherit; padding: 0.4rem 1.2rem }
</style>
</head>
<body>
<h1>CleverReach sandbox</h1>
${content}
</body>
</html>
`;
}
