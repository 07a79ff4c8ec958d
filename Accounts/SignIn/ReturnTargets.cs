using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Where a sign-in may lead: to a path of the app, or to a page of a configured origin.</summary>
internal sealed class ReturnTargets(IOptions<SignInOptions> options, IOptions<AppOptions> app)
{
    /// <summary>The maximum length of a target.</summary>
    public const int MaxLength = 1000;

    private const string Home = "/";
    private readonly string[] _origins = [.. options.Value.Origins, .. app.Value.Origin is { } own ? new[] { own } : []];

    /// <summary>The target, by default the app's first page; null when it leads elsewhere.</summary>
    public string? Accept(string? target) => target is null ? Home : IsPath(target) || IsAllowedUrl(target) ? target : null;

    // Browsers read "//host" and "/\host" as another host, and drop tabs and line feeds before they look.
    private static bool IsPath(string target) => IsPlain(target) && target[0] == '/' && !(target.Length > 1 && target[1] is '/' or '\\');

    private bool IsAllowedUrl(string target) =>
        IsPlain(target) && Uri.TryCreate(target, UriKind.Absolute, out var url) && url.UserInfo.Length == 0
        && _origins.Contains(url.GetLeftPart(UriPartial.Authority))
        // As it is written, so that no parser can see another host in it than ours does.
        && _origins.Any(origin => target == origin || target.StartsWith($"{origin}/", StringComparison.Ordinal));

    private static bool IsPlain(string target) =>
        target.Length is > 0 and <= MaxLength && target.All(character => character is > ' ' and <= '~' and not '\\');
}
