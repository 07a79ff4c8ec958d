namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>A path template such as <c>/api/jobs/{job_id}</c>.</summary>
/// <param name="template">The template.</param>
/// <param name="lastSegments">How many segments the last parameter may have (<c>x-segments</c> in the document); usually one.</param>
internal sealed class ApiPath(string template, IReadOnlyCollection<int>? lastSegments = null)
{
    private const string AnyParameter = "{}";

    private readonly string[] _segments = template.Split('/');

    /// <summary>How many of its segments are parameters.</summary>
    public int ParameterCount => _segments.Count(IsParameter);

    /// <summary>
    /// Whether a request's target is one of the template's paths. A server decodes a path before it compares, so this does too.
    /// </summary>
    public bool Matches(string target)
    {
        var segments = Decode(target);
        var more = segments.Length - _segments.Length;
        return (lastSegments ?? [1]).Contains(more + 1)
            && _segments.Concat(Enumerable.Repeat(AnyParameter, more)).Zip(segments)
                .All(pair => IsParameter(pair.First) ? pair.Second.Length > 0 : pair.First == pair.Second);
    }

    /// <inheritdoc/>
    public override string ToString() => template;

    private static string[] Decode(string target) =>
        // The scheme and host only make it a URI; that resolves "." and "..".
        target.StartsWith('/') && Uri.TryCreate($"http://gateway{target}", UriKind.Absolute, out var uri)
            ? [.. uri.AbsolutePath.Split('/').Select(Uri.UnescapeDataString)]
            : [];

    private static bool IsParameter(string segment) => segment.StartsWith('{');
}
