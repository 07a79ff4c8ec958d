namespace ReelBallers.Worker;

/// <summary>Which rectangle of the source is shown at a time, in seconds and in pixels as displayed.</summary>
public readonly record struct CropKeyframe(double Time, double X, double Y, double Width, double Height)
{
    private const int MostKeyframes = 500;
    private const double LongestSide = 16_384;

    internal static IReadOnlyList<CropKeyframe> ReadAll(InputFields fields)
    {
        var keyframes = fields.Objects("crop_keyframes", MostKeyframes).Select(Read).ToArray();
        for (var i = 1; i < keyframes.Length; i++)
        {
            if (keyframes[i].Time <= keyframes[i - 1].Time)
            {
                throw new JobFailedException($"input.crop_keyframes[{i}].time must be later than the keyframe's before it");
            }
        }

        return keyframes;
    }

    private static CropKeyframe Read(InputFields fields) => new(
        fields.Number("time", 0, 86_400),
        fields.Number("x", 0, LongestSide),
        fields.Number("y", 0, LongestSide),
        fields.Number("width", 16, LongestSide),
        fields.Number("height", 16, LongestSide));
}
