using System.Text.RegularExpressions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The rule for the names of resources and endpoints.</summary>
internal static partial class ModelName
{
    public static string Checked(string name) => name.Length <= 64 && Pattern().IsMatch(name)
        ? name
        : throw new ArgumentException(
            $"'{name}' is not a name for a resource: a letter first, then letters, digits and single hyphens, at most 64.", nameof(name));

    [GeneratedRegex("^[A-Za-z](-?[A-Za-z0-9])*$")]
    private static partial Regex Pattern();
}
