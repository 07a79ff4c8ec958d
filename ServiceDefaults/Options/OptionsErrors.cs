using System.Globalization;

namespace ReelBallers.ServiceDefaults;

/// <summary>Collects the errors of a configuration section. Each names the key, the problem and a valid value.</summary>
/// <param name="section">The name of the section.</param>
public sealed class OptionsErrors(string section)
{
    private readonly List<string> _messages = [];

    /// <summary>One sentence or more per error; they never contain the value of a required setting, which may be a secret.</summary>
    public IReadOnlyList<string> Messages => _messages;

    /// <summary>Adds an error: "Section:name problem".</summary>
    public void Add(string name, string problem) => _messages.Add($"{section}:{name} {problem}");

    /// <summary>The setting must have a value.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="value">Its value; null or empty when it is not set.</param>
    /// <param name="expected">What to set it to.</param>
    /// <returns>Whether it is set.</returns>
    public bool Required(string name, string? value, string expected)
    {
        if (!string.IsNullOrEmpty(value))
        {
            return true;
        }
        Add(name, $"is not set. Set it to {expected}.");
        return false;
    }

    /// <summary>The setting must be an integer within bounds.</summary>
    public void Range(string name, long value, long min, long max)
    {
        if (value < min || value > max)
        {
            Add(name, string.Create(CultureInfo.InvariantCulture, $"is {value}. Set it to an integer from {min} to {max}."));
        }
    }

    /// <summary>The setting must be one of these words.</summary>
    public void OneOf(string name, string value, params string[] words)
    {
        if (!words.Contains(value))
        {
            Add(name, $"is '{value}'. Set it to {string.Join(" or ", words)}.");
        }
    }

    /// <summary>The setting must be an absolute http or https URL to which paths can be appended.</summary>
    public void BaseUrl(string name, string value)
    {
        if (HttpUrl(name, value) is { } url && (url.Query.Length > 0 || url.Fragment.Length > 0))
        {
            Add(name, $"is '{value}'. Set it to a URL without a query and a fragment.");
        }
    }

    /// <summary>The setting must be an absolute http or https URL.</summary>
    /// <returns>The URL; null when it is invalid.</returns>
    public Uri? HttpUrl(string name, string value)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }
        Add(name, $"is '{value}'. Set it to an absolute http or https URL.");
        return null;
    }
}
