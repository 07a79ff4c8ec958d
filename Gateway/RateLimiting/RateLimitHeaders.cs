using System.Globalization;
using System.Text;

namespace ReelBallers.Gateway;

/// <summary>
/// The headers <c>RateLimit-Policy</c> and <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers-10: for each bucket of the request
/// its size <c>q</c> and the seconds <c>w</c> in which it fills, what remains (<c>r</c>) and in how many seconds it is full (<c>t</c>).
/// </summary>
internal sealed class RateLimitHeaders
{
    /// <summary>Their names, which pages of other origins may read too.</summary>
    public static readonly string[] Names = [PolicyName, Name];

    private const string PolicyName = "RateLimit-Policy";
    private const string Name = "RateLimit";

    private readonly StringBuilder _policies = new();
    private readonly StringBuilder _states = new();

    /// <summary>Adds a bucket and what it answered.</summary>
    public void Add(Bucket bucket, BucketAnswer answer)
    {
        var separator = _policies.Length > 0 ? ", " : "";
        _policies.Append(CultureInfo.InvariantCulture, $"{separator}\"{bucket.Name}\";q={bucket.Burst};w={bucket.WindowSeconds}");
        _states.Append(
            CultureInfo.InvariantCulture, $"{separator}\"{bucket.Name}\";r={answer.Remaining};t={bucket.ResetSeconds(answer.Remaining)}");
    }

    /// <summary>Sets both headers.</summary>
    public void Apply(IHeaderDictionary headers)
    {
        headers[PolicyName] = _policies.ToString();
        headers[Name] = _states.ToString();
    }
}
