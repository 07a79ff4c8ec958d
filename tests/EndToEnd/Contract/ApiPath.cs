namespace ReelBallers.EndToEnd.Tests.Contract;

/// <summary>A path template such as <c>/api/jobs/{job_id}</c>.</summary>
/// <param name="template">The template.</param>
/// <param name="isOpen">Whether the last parameter may have slashes (<c>x-multi-segment</c> in the document).</param>
internal sealed class ApiPath(string template, bool isOpen = false)
{
    private readonly string[] _segments = template.Split('/');

    /// <summary>How many of its segments are parameters.</summary>
    public int ParameterCount => _segments.Count(IsParameter);

    /// <summary>
    /// Whether a request's target is one of the template's paths. A server decodes a path before it compares, so this does too.
    /// </summary>
    public bool Matches(string target)
    {
        var segments = Decode(target);
        if (isOpen && segments.Length > _segments.Length)
        {
            segments = [.. segments[..(_segments.Length - 1)], string.Join('/', segments[(_segments.Length - 1)..])];
        }
        return segments.Length == _segments.Length
            && _segments.Zip(segments).All(pair => IsParameter(pair.First) ? pair.Second.Length > 0 : pair.First == pair.Second);
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
