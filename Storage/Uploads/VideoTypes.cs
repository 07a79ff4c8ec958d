namespace ReelBallers.Storage;

/// <summary>The two families of containers, which differ in their first bytes.</summary>
internal enum VideoContainer
{
    /// <summary>MP4 and QuickTime.</summary>
    IsoMedia,

    /// <summary>Matroska and WebM.</summary>
    Matroska,
}

/// <summary>A supported type: its media type, the extension of its keys and its container.</summary>
internal sealed record VideoType(string MediaType, string Extension, VideoContainer Container, params string[] Synonyms);

/// <summary>The supported types of videos.</summary>
internal static class VideoTypes
{
    private static readonly VideoType[] All =
    [
        new("video/mp4", "mp4", VideoContainer.IsoMedia, "video/x-m4v", "video/m4v"),
        new("video/quicktime", "mov", VideoContainer.IsoMedia),
        new("video/webm", "webm", VideoContainer.Matroska),
        new("video/x-matroska", "mkv", VideoContainer.Matroska, "video/matroska"),
    ];

    /// <summary>The supported media types, for messages.</summary>
    public static string Supported => string.Join(", ", All.Select(type => type.MediaType));

    /// <summary>
    /// The type that browsers and recorders write with parameters and synonyms, as in <c>video/webm;codecs=vp9</c>; null when it is not
    /// supported.
    /// </summary>
    public static VideoType? Find(string contentType)
    {
        var mediaType = contentType.Split(';')[0].Trim();
        return Array.Find(All, type => type.Synonyms.Prepend(type.MediaType).Contains(mediaType, StringComparer.OrdinalIgnoreCase));
    }
}
