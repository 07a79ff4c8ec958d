using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Jobs.Data.Migrations
{
    /// <inheritdoc />
    public partial class Operations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "hold_expires_at",
                table: "jobs",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)));

            migrationBuilder.AddColumn<Guid>(
                name: "operation_id",
                table: "jobs",
                type: "uuid",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.Sql("update jobs set operation_id = job_id, hold_expires_at = created_at + interval '1 day'");

            migrationBuilder.CreateIndex(
                name: "ux_jobs_operation",
                table: "jobs",
                column: "operation_id",
                unique: true,
                filter: "outcome is null or queued_at is not null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ux_jobs_operation",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "hold_expires_at",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "operation_id",
                table: "jobs");
        }
    }
}
