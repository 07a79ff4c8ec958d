using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace ReelBallers.LocalCloud.R2;

/// <summary>A request's target, read from the bytes on the wire: the framework's normalised path differs from what was signed.</summary>
internal sealed class R2Request
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private R2Request(string rawPath, string path, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        RawPath = rawPath;
        Path = path;
        Query = query;
        var slash = path.IndexOf('/', 1);
        Bucket = slash < 0 ? path[1..] : path[1..slash];
        Key = slash < 0 ? "" : path[(slash + 1)..];
    }

    public string RawPath { get; }

    public string Path { get; }

    public string Bucket { get; }

    public string Key { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Query { get; }

    public bool Has(string name) => Query.Any(pair => pair.Key == name);

    public string? Get(string name) => Query.FirstOrDefault(pair => pair.Key == name).Value;

    /// <summary>Null when the target is not a path of valid UTF-8.</summary>
    public static R2Request? Read(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var rawPath = question < 0 ? target : target[..question];
        var rawQuery = question < 0 ? "" : target[(question + 1)..];
        if (!rawPath.StartsWith('/') || Decode(rawPath) is not { } path)
        {
            return null;
        }

        var query = new List<KeyValuePair<string, string>>();
        foreach (var pair in rawQuery.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
            if (name is null || value is null)
            {
                return null;
            }

            query.Add(new(name, value));
        }

        return new R2Request(rawPath, path, query);
    }

    /// <summary>Percent-decodes; a plus is a plus. Null when a percent sign or the UTF-8 is broken.</summary>
    public static string? Decode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] != '%')
            {
                bytes[length++] = bytes[at];
                continue;
            }

            if (at + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[at + 1]) || !char.IsAsciiHexDigit((char)bytes[at + 2]))
            {
                return null;
            }

            bytes[length++] = Convert.FromHexString([(char)bytes[at + 1], (char)bytes[at + 2]])[0];
            at += 2;
        }

        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
