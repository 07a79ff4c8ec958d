using System.Globalization;
using System.Net.Mail;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Reads parameters, rejecting what Stripe rejects, with the name of the parameter.</summary>
internal sealed class StripeParams(FormNode node, string path = "")
{
    public bool Has(string name) => node.Children.ContainsKey(name);

    public bool IsHash(string name) => node.Children.TryGetValue(name, out var child) && child.Children.Count > 0;

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}[{name}]";

    /// <summary>Whether the caller has said which parameters it knows.</summary>
    public bool IsChecked { get; private set; }

    /// <summary>Rejects every other parameter at this level.</summary>
    public void Allow(params ReadOnlySpan<string> names)
    {
        IsChecked = true;
        foreach (var name in node.Children.Keys)
        {
            if (!names.Contains(name) && !(path.Length == 0 && name == "expand"))
            {
                throw StripeError.Invalid($"Received unknown parameter: {PathOf(name)}", "parameter_unknown", PathOf(name));
            }
        }
    }

    /// <returns>Null when it is missing or empty, which unsets.</returns>
    public string? Text(string name, int maxLength = 5000)
    {
        if (!node.Children.TryGetValue(name, out var child))
        {
            return null;
        }

        if (child.Children.Count > 0)
        {
            throw StripeError.Invalid("Invalid string: a list or a hash was given", null, PathOf(name));
        }

        if (child.Text!.Length > maxLength)
        {
            throw StripeError.Invalid(
                $"Invalid string: {child.Text[..20]}...; must be at most {maxLength} characters", "parameter_invalid_string_too_long",
                PathOf(name));
        }

        return child.Text.Length == 0 ? null : child.Text;
    }

    public string RequiredText(string name, int maxLength = 5000)
    {
        if (!Has(name))
        {
            throw StripeError.MissingParam(PathOf(name));
        }

        return Text(name, maxLength) ?? throw StripeError.Invalid(
            $"You passed an empty string for '{PathOf(name)}'. We assume empty values are an attempt to unset a parameter; however "
            + $"'{PathOf(name)}' cannot be unset. You should remove '{PathOf(name)}' from your request or supply a non-empty value.",
            "parameter_invalid_empty",
            PathOf(name));
    }

    public long? Integer(string name, long min = long.MinValue, long max = long.MaxValue)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            throw StripeError.Invalid($"Invalid integer: {text}", "parameter_invalid_integer", PathOf(name));
        }

        if (value < min)
        {
            var bound = min switch
            {
                0 => "Invalid non-negative integer",
                1 => "Invalid positive integer",
                _ => $"This value must be greater than or equal to {min}"
            };
            throw StripeError.Invalid(bound, "parameter_invalid_integer", PathOf(name));
        }

        return value <= max
            ? value
            : throw StripeError.Invalid($"This value must be less than or equal to {max} (it currently is '{value}').",
                "parameter_invalid_integer", PathOf(name));
    }

    public bool? Flag(string name) => Text(name)?.ToLowerInvariant() switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var other => throw StripeError.Invalid($"Invalid boolean: {other}", null, PathOf(name)),
    };

    public string? OneOf(string name, params ReadOnlySpan<string> values)
    {
        var text = Text(name);
        return text is null || values.Contains(text)
            ? text
            : throw StripeError.Invalid($"Invalid {PathOf(name)}: must be one of {string.Join(", ", values)}", null, PathOf(name));
    }

    public string? Email(string name)
    {
        var text = Text(name, 512);
        return text is null || (MailAddress.TryCreate(text, out var address) && address.Address == text)
            ? text
            : throw StripeError.Invalid($"Invalid email address: {text}", "email_invalid", PathOf(name));
    }

    public string? Url(string name)
    {
        var text = Text(name);
        return text is null || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? text
            : throw StripeError.Invalid("Not a valid URL", "url_invalid", PathOf(name));
    }

    public StripeParams? Child(string name)
    {
        if (!node.Children.TryGetValue(name, out var child))
        {
            return null;
        }

        return string.IsNullOrEmpty(child.Text) ? new StripeParams(child, PathOf(name))
            : throw StripeError.Invalid("Invalid hash", null, PathOf(name));
    }

    /// <returns>The elements of a list; empty when it is missing.</returns>
    public IReadOnlyList<StripeParams> Items(string name) =>
        [.. ItemNodes(name).Select((item, at) => new StripeParams(item, $"{PathOf(name)}[{at}]"))];

    public IReadOnlyList<string> TextItems(string name) =>
        [.. ItemNodes(name).Select(item => item.Text ?? throw StripeError.Invalid("Invalid array", null, PathOf(name)))];

    /// <summary>What is to change in a metadata hash: a null value removes its key.</summary>
    /// <returns>Null when the whole hash is to be emptied (<c>metadata=</c>); empty when nothing was given.</returns>
    public IReadOnlyDictionary<string, string?>? Metadata(string name = "metadata")
    {
        var changes = new Dictionary<string, string?>();
        if (!node.Children.TryGetValue(name, out var child))
        {
            return changes;
        }

        if (child.Text?.Length == 0)
        {
            return null;
        }

        foreach (var (key, value) in child.Children)
        {
            if (value.Text is null || key.Length > 40 || value.Text.Length > 500)
            {
                throw StripeError.Invalid(
                    "Metadata keys can have up to 40 characters and values up to 500, and values must be strings", null,
                    $"{PathOf(name)}[{key}]");
            }

            changes[key] = value.Text.Length == 0 ? null : value.Text;
        }

        return changes;
    }

    private IReadOnlyList<FormNode> ItemNodes(string name)
    {
        if (!node.Children.TryGetValue(name, out var child) || child.Text?.Length == 0)
        {
            return [];
        }

        return (child.Text is null ? child.Items() : null) ?? throw StripeError.Invalid("Invalid array", null, PathOf(name));
    }
}
