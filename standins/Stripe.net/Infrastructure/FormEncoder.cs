using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Options as the form that Stripe's API reads: <c>line_items[0][price_data][currency]=usd</c>.</summary>
internal static class FormEncoder
{
    public static HttpContent CreateHttpContent(BaseOptions? options) => new FormUrlEncodedContent(Flatten(options));

    public static string CreateQueryString(BaseOptions? options)
    {
        return string.Join('&', Flatten(options).Select(pair => $"{Escape(pair.Key)}={Escape(pair.Value)}"));
    }

    public static List<KeyValuePair<string, string>> Flatten(BaseOptions? options)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        if (options is not null)
        {
            AddProperties(pairs, options, "");
        }

        return pairs;
    }

    private static string Escape(string value)
    {
        return Uri.EscapeDataString(value).Replace("%5B", "[", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal);
    }

    private static void AddProperties(List<KeyValuePair<string, string>> pairs, object options, string prefix)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetValue(options) is { } value)
            {
                var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                    ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
                Add(pairs, Nest(prefix, name), value);
            }
        }
    }

    private static void Add(List<KeyValuePair<string, string>> pairs, string key, object? value)
    {
        switch (value)
        {
            case null:
                pairs.Add(new(key, ""));
                break;
            case IAnyOf either:
                Add(pairs, key, either.Value);
                break;
            case string text:
                pairs.Add(new(key, text));
                break;
            case DateTime time:
                pairs.Add(new(key, UnixTime.From(time).ToString(CultureInfo.InvariantCulture)));
                break;
            case IDictionary entries:
                foreach (DictionaryEntry entry in entries)
                {
                    Add(pairs, Nest(key, (string)entry.Key), entry.Value);
                }

                break;
            case IEnumerable items:
                AddItems(pairs, key, items);
                break;
            case IFormattable scalar:
                pairs.Add(new(key, scalar.ToString(null, CultureInfo.InvariantCulture)));
                break;
            case bool flag:
                pairs.Add(new(key, flag.ToString(CultureInfo.InvariantCulture)));
                break;
            default:
                AddProperties(pairs, value, key);
                break;
        }
    }

    private static void AddItems(List<KeyValuePair<string, string>> pairs, string key, IEnumerable items)
    {
        var index = 0;
        foreach (var item in items)
        {
            Add(pairs, string.Create(CultureInfo.InvariantCulture, $"{key}[{index++}]"), item);
        }

        if (index == 0)
        {
            pairs.Add(new(key, ""));
        }
    }

    // A name that has brackets already keeps them: bar[baz] under foo is foo[bar][baz].
    private static string Nest(string prefix, string name)
    {
        if (prefix.Length == 0)
        {
            return name;
        }

        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        return bracket < 0 ? $"{prefix}[{name}]" : $"{prefix}[{name[..bracket]}]{name[bracket..]}";
    }
}
