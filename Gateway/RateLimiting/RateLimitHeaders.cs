using System.Globalization;

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

    private string? _policies;
    private string? _states;

    /// <summary>Adds a bucket and what it answered.</summary>
    public void Add(Bucket bucket, BucketAnswer answer)
    {
        var policy = bucket.Policy;
        _policies = _policies is null ? policy.HeaderItem : $"{_policies}, {policy.HeaderItem}";
        _states = string.Create(
            CultureInfo.InvariantCulture,
            $"{_states}{(_states is null ? "" : ", ")}\"{policy.Name}\";r={answer.Remaining};t={policy.ResetSeconds(answer.Remaining)}");
    }

    /// <summary>Sets both headers.</summary>
    public void Apply(IHeaderDictionary headers)
    {
        headers[PolicyName] = _policies;
        headers[Name] = _states;
    }
}
