using System.Globalization;
using System.Net;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>A tree of form parameters: <c>a[b][0]=c</c>, and <c>a[]=c</c> to append.</summary>
internal sealed class FormNode
{
    private readonly Dictionary<string, FormNode> _children = [];

    public string? Text { get; private set; }

    public IReadOnlyDictionary<string, FormNode> Children => _children;

    public static FormNode Parse(string encoded)
    {
        var root = new FormNode();
        foreach (var pair in encoded.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var key = WebUtility.UrlDecode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? "" : WebUtility.UrlDecode(pair[(equals + 1)..]);
            root.Put(Segments(key), value);
        }

        return root;
    }

    /// <summary>The elements of a list, by their index.</summary>
    /// <returns>Null when a key is not an index.</returns>
    public IReadOnlyList<FormNode>? Items()
    {
        var items = new SortedDictionary<int, FormNode>();
        foreach (var (key, child) in _children)
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                return null;
            }

            items[index] = child;
        }

        return [.. items.Values];
    }

    /// <summary>Every value with its path, in an order that does not depend on how the caller wrote them.</summary>
    public IEnumerable<string> Leaves(string path = "")
    {
        var below = _children.OrderBy(child => child.Key, StringComparer.Ordinal)
            .SelectMany(child => child.Value.Leaves($"{path}[{child.Key}]"));
        return Text is null ? below : below.Prepend($"{path}={Text}");
    }

    private static List<string> Segments(string key)
    {
        var open = key.IndexOf('[', StringComparison.Ordinal);
        if (open <= 0 || !key.EndsWith(']'))
        {
            return [key];
        }

        return [key[..open], .. key[(open + 1)..^1].Split("][")];
    }

    private void Put(List<string> segments, string value)
    {
        var node = this;
        for (var at = 0; at < segments.Count; at++)
        {
            var name = segments[at].Length > 0 || at == 0 ? segments[at] : node.AppendIndex(segments[(at + 1)..]);
            if (!node._children.TryGetValue(name, out var child))
            {
                node._children[name] = child = new FormNode();
            }

            node = child;
        }

        node.Text = value;
    }

    /// <summary><c>a[][x]=1&amp;a[][y]=2</c> is one element, <c>a[][x]=1&amp;a[][x]=2</c> are two.</summary>
    private string AppendIndex(List<string> within)
    {
        var last = _children.Count - 1;
        var continues = within.Count > 0 && _children.TryGetValue(last.ToString(CultureInfo.InvariantCulture), out var element)
            && !element.Has(within);
        return (continues ? last : last + 1).ToString(CultureInfo.InvariantCulture);
    }

    private bool Has(IEnumerable<string> segments)
    {
        var node = this;
        return segments.All(segment => node._children.TryGetValue(segment, out node!));
    }
}
