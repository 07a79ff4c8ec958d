using System.Globalization;
using System.Text.Json.Serialization;

namespace ReelBallers.Media;

/// <summary>What ffprobe says of a file.</summary>
internal sealed record ProbeReport
{
    public IReadOnlyList<ProbeStream> Streams { get; init; } = [];

    public ProbeFormat Format { get; init; } = new();

    /// <summary>Why it could not be read.</summary>
    public ProbeError? Error { get; init; }

    /// <summary>Broadcasts are cut together from parts with clocks of their own.</summary>
    [JsonIgnore]
    public bool HasJumpingTimestamps => Format.FormatName is "mpegts" or "mpeg";
}

/// <summary>One of ffmpeg's error codes.</summary>
internal sealed record ProbeError(int Code);

/// <summary>How ffprobe ended, what it wrote to its standard error, which is not for users, and its report.</summary>
internal sealed record ProbeAnswer(int ExitCode, string Errors, ProbeReport? Report);

internal sealed record ProbeFormat
{
    public string FormatName { get; init; } = "";

    public string? Duration { get; init; }

    public string? StartTime { get; init; }

    public ProbeTags Tags { get; init; } = new();

    [JsonIgnore]
    public double? DurationSeconds => ProbeStream.Seconds(Duration);

    [JsonIgnore]
    public bool IsMatroska => FormatName.StartsWith("matroska", StringComparison.Ordinal);

    /// <summary>ffprobe does not tell WebM from Matroska.</summary>
    [JsonIgnore]
    public string Container => IsMatroska ? "matroska" : Tags.MajorBrand?.Trim() == "qt" ? "mov" : "mp4";

    [JsonIgnore]
    public double StartSeconds => ProbeStream.Seconds(StartTime) ?? 0;
}

internal sealed record ProbeStream
{
    public int Index { get; init; }

    public string CodecType { get; init; } = "";

    /// <summary>Missing or <c>unknown</c> when ffmpeg does not know the codec.</summary>
    public string? CodecName { get; init; }

    public string CodecTagString { get; init; } = "";

    public int Width { get; init; }

    public int Height { get; init; }

    public string? PixFmt { get; init; }

    public string? SampleAspectRatio { get; init; }

    public string? FieldOrder { get; init; }

    public string? ColorRange { get; init; }

    public string? ColorSpace { get; init; }

    public string? ColorTransfer { get; init; }

    public string? ColorPrimaries { get; init; }

    public string? AvgFrameRate { get; init; }

    public string? TimeBase { get; init; }

    public string? StartTime { get; init; }

    public string? Duration { get; init; }

    public int Channels { get; init; }

    public string? ChannelLayout { get; init; }

    public ProbeDisposition Disposition { get; init; } = new();

    public IReadOnlyList<ProbeSideData> SideDataList { get; init; } = [];

    [JsonIgnore]
    public double? DurationSeconds => Seconds(Duration);

    [JsonIgnore]
    public bool HasKnownCodec => CodecName is not (null or "unknown" or "none");

    /// <summary>The tags that MP4 gives to protected tracks.</summary>
    [JsonIgnore]
    public bool IsEncrypted => CodecTagString is "encv" or "enca" or "drmi" or "drms";

    public static double? Seconds(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    /// <summary>Reads a ratio such as <c>30000/1001</c> or <c>16:11</c>.</summary>
    /// <returns>Null when it is missing or has a zero.</returns>
    public static (double Above, double Below)? Ratio(string? text)
    {
        var parts = (text ?? "").Split('/', ':');
        return parts.Length == 2 && Seconds(parts[0]) is > 0 and { } above && Seconds(parts[1]) is > 0 and { } below
            ? (above, below)
            : null;
    }
}

internal sealed record ProbeTags
{
    /// <summary>The first of the names that an MP4 gives itself.</summary>
    public string? MajorBrand { get; init; }
}

internal sealed record ProbeDisposition
{
    public int AttachedPic { get; init; }

    public int TimedThumbnails { get; init; }
}

internal sealed record ProbeSideData
{
    public string? SideDataType { get; init; }

    public double? Rotation { get; init; }

    public int? DvProfile { get; init; }
}
