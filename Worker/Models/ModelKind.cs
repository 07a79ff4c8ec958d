using System.Text.Json.Serialization;

namespace ReelBallers.Worker;

/// <summary>What a model does with pictures.</summary>
internal enum ModelKind
{
    /// <summary>Makes a picture larger.</summary>
    [JsonStringEnumMemberName("upscale")]
    Upscale,

    /// <summary>Makes the picture between two pictures.</summary>
    [JsonStringEnumMemberName("interpolate")]
    Interpolate,
}

/// <summary>In which order a model has the colours.</summary>
internal enum ColorOrder
{
    [JsonStringEnumMemberName("rgb")]
    Rgb,

    [JsonStringEnumMemberName("bgr")]
    Bgr,
}
