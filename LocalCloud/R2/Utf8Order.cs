namespace ReelBallers.LocalCloud.R2;

/// <summary>The order of the keys' UTF-8 bytes, which is that of UTF-16 but for the surrogates.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static readonly Utf8Order Instance = new();

    public int Compare(string? x, string? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var length = Math.Min(x.Length, y.Length);
        for (var at = 0; at < length; at++)
        {
            if (x[at] != y[at])
            {
                return char.IsSurrogate(x[at]) != char.IsSurrogate(y[at]) && x[at] >= 0xD800 && y[at] >= 0xD800
                    ? y[at].CompareTo(x[at])
                    : x[at].CompareTo(y[at]);
            }
        }

        return x.Length.CompareTo(y.Length);
    }
}
