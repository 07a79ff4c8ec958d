using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.LocalCloud.R2;

/// <summary>
/// Decides whether a request is signed by the holder of the key: in the Authorization header, or in the query of a
/// signed URL.
/// </summary>
internal sealed class R2Authentication(string accessKeyId, string secretAccessKey, TimeProvider time)
{
    private const int MaxExpiresSeconds = 604_800;
    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(15);
    private static readonly string[] Regions = ["auto", "us-east-1", ""];

    /// <summary>The refusal, or the payload hash that the signature covers.</summary>
    public (R2Error? Error, string PayloadHash) Verify(R2Request request, HttpRequest http)
    {
        var inQuery = request.Has("X-Amz-Signature") || request.Has("X-Amz-Algorithm") || request.Has("X-Amz-Credential");
        var header = http.Headers.Authorization.ToString();
        if (!inQuery && header.Length == 0)
        {
            return Refuse(R2Error.Unauthorized);
        }

        if (inQuery && header.Length > 0)
        {
            return Refuse(R2Error.InvalidArgument("Only one auth mechanism allowed"));
        }

        var (malformed, claim) = inQuery ? ReadQuery(request, http) : ReadHeader(header, http);
        return malformed is not null ? Refuse(malformed) : Check(claim!, request, http);
    }

    private static (R2Error? Error, string PayloadHash) Refuse(R2Error error) => (error, "");

    private static (R2Error?, Claim?) ReadQuery(R2Request request, HttpRequest http)
    {
        string[] names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"];
        if (names.FirstOrDefault(name => request.Query.Count(pair => pair.Key == name) != 1) is { } missing)
        {
            return (R2Error.MalformedSignature(true, $"Query-string authentication requires {missing} exactly once."), null);
        }

        if (!int.TryParse(request.Get("X-Amz-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            || expires is < 1 or > MaxExpiresSeconds)
        {
            return (R2Error.MalformedSignature(true, "X-Amz-Expires must be between 1 and 604800 seconds."), null);
        }

        var payload = request.Get("X-Amz-Content-Sha256")
            ?? (http.Headers.TryGetValue("x-amz-content-sha256", out var sent) ? sent.ToString() : SigV4.UnsignedPayload);
        return Read(true, request.Get("X-Amz-Algorithm")!, request.Get("X-Amz-Credential")!, request.Get("X-Amz-Date")!,
            request.Get("X-Amz-SignedHeaders")!, request.Get("X-Amz-Signature")!, payload, expires);
    }

    private static (R2Error?, Claim?) ReadHeader(string header, HttpRequest http)
    {
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var fields = (space < 0 ? "" : header[(space + 1)..])
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First()[1], StringComparer.Ordinal);
        var date = http.Headers["x-amz-date"].ToString();
        var payload = http.Headers["x-amz-content-sha256"].ToString();
        if (space < 0 || date.Length == 0 || !fields.TryGetValue("Credential", out var credential)
            || !fields.TryGetValue("SignedHeaders", out var signedHeaders) || !fields.TryGetValue("Signature", out var signature))
        {
            return (R2Error.MalformedSignature(false, "The authorization header is malformed."), null);
        }

        return payload.Length == 0
            ? (R2Error.InvalidArgument("Missing required header for this request: x-amz-content-sha256"), null)
            : Read(false, header[..space], credential, date, signedHeaders, signature, payload, null);
    }

    private static (R2Error?, Claim?) Read(
        bool inQuery, string algorithm, string credential, string date, string signedHeaders, string signature, string payload,
        int? expires)
    {
        var scope = credential.Split('/');
        var names = signedHeaders.Split(';');
        var problem =
            algorithm != SigV4.Algorithm ? "Unsupported signing algorithm."
            : scope.Length != 5 ? "The credential must be of the form <key>/<date>/<region>/<service>/aws4_request."
            : scope[3] != "s3" || scope[4] != "aws4_request" ? "The credential is not for the service s3."
            : !Regions.Contains(scope[2], StringComparer.Ordinal) ? "The region name is not valid. Must be auto."
            : !TryParseDate(date, out _) || !date.StartsWith(scope[1], StringComparison.Ordinal) || scope[1].Length != 8
                ? "The date is malformed, or not that of the credential."
            : !names.Contains("host") ? "The header host must be signed."
            : names.Distinct(StringComparer.Ordinal).Count() != names.Length ? "A header is named twice."
            : null;
        if (problem is not null)
        {
            return (R2Error.MalformedSignature(inQuery, problem), null);
        }

        _ = TryParseDate(date, out var signedAt);
        var claim = new Claim(scope[0], new CredentialScope(scope[1], scope[2], scope[3], scope[4]), date, signedAt, names, signature,
            payload, expires);
        return (null, claim);
    }

    private (R2Error? Error, string PayloadHash) Check(Claim claim, R2Request request, HttpRequest http)
    {
        if (claim.AccessKeyId != accessKeyId)
        {
            return Refuse(R2Error.Unauthorized);
        }

        var now = time.GetUtcNow();
        if (claim.SignedAt > now + MaxSkew || (claim.ExpiresSeconds is null && claim.SignedAt < now - MaxSkew))
        {
            return Refuse(R2Error.RequestTimeTooSkewed);
        }

        if (claim.ExpiresSeconds is { } expires && now > claim.SignedAt.AddSeconds(expires))
        {
            return Refuse(R2Error.ExpiredRequest);
        }

        if (claim.PayloadHash.StartsWith("STREAMING-", StringComparison.Ordinal))
        {
            return Refuse(R2Error.NotImplemented(claim.PayloadHash));
        }

        if (claim.PayloadHash != SigV4.UnsignedPayload && !(claim.PayloadHash.Length == 64 && claim.PayloadHash.All(char.IsAsciiHexDigit)))
        {
            return Refuse(R2Error.InvalidArgument("x-amz-content-sha256 must be UNSIGNED-PAYLOAD or a valid sha256 value."));
        }

        var headers = new List<KeyValuePair<string, string>>();
        foreach (var name in claim.SignedHeaders)
        {
            if (!http.Headers.TryGetValue(name, out var values))
            {
                return Refuse(R2Error.SignatureDoesNotMatch);
            }

            headers.Add(new(name, string.Join(',', values.Select(value => (value ?? "").Trim()))));
        }

        // An x-amz- header changes what a request does (a copy source turns an upload into a copy), so none comes unsigned.
        if (http.Headers.Keys.Any(name => name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)
            && !claim.SignedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            return Refuse(R2Error.UnsignedHeader);
        }

        var query = request.Query.Where(pair => pair.Key != "X-Amz-Signature").ToList();
        string[] paths = [SigV4.Encode(request.Path, keepSlash: true), request.RawPath];
        var matches = paths.Any(path => SameText(claim.Signature, SigV4.Signature(secretAccessKey, claim.Scope, claim.Date,
            SigV4.CanonicalRequest(http.Method, path, query, headers, claim.PayloadHash))));
        return matches ? (null, claim.PayloadHash) : Refuse(R2Error.SignatureDoesNotMatch);
    }

    private static bool TryParseDate(string text, out DateTimeOffset date) => DateTimeOffset.TryParseExact(
        text, SigV4.DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);

    private static bool SameText(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));

    private sealed record Claim(
        string AccessKeyId, CredentialScope Scope, string Date, DateTimeOffset SignedAt, string[] SignedHeaders,
        string Signature, string PayloadHash, int? ExpiresSeconds);
}
