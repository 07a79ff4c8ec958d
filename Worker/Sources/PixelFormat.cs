namespace ReelBallers.Worker;

/// <summary>What the name of one of ffmpeg's pixel formats says.</summary>
internal readonly record struct PixelFormat(string Name)
{
    public bool IsRgb => Name.StartsWith("gbr", StringComparison.Ordinal)
        || Name.StartsWith("pal", StringComparison.Ordinal)
        || Name.Contains("rgb", StringComparison.Ordinal)
        || Name.Contains("bgr", StringComparison.Ordinal)
        || Name is "argb" or "abgr" or "rgba" or "bgra";

    public bool HasAlpha => Name.StartsWith("yuva", StringComparison.Ordinal)
        || Name.StartsWith("gbrap", StringComparison.Ordinal)
        || Name.StartsWith("ya", StringComparison.Ordinal)
        || Name.Contains("rgba", StringComparison.Ordinal)
        || Name.Contains("bgra", StringComparison.Ordinal)
        || Name.Contains("argb", StringComparison.Ordinal)
        || Name.Contains("abgr", StringComparison.Ordinal)
        || Name == "pal8";

    /// <summary>The older way to mark full range.</summary>
    public bool IsFullRange => Name.StartsWith("yuvj", StringComparison.Ordinal);

    /// <summary>One colour sample for four pixels, as in almost all videos.</summary>
    public bool IsQuarterColor => Name.Contains("420", StringComparison.Ordinal)
        || Name.StartsWith("nv12", StringComparison.Ordinal)
        || Name.StartsWith("nv21", StringComparison.Ordinal)
        || Name.StartsWith("p010", StringComparison.Ordinal)
        || Name.StartsWith("p016", StringComparison.Ordinal);
}
