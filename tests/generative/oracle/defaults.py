"""Every parameter of the contract with its default; of a list of readings, the first."""

from __future__ import annotations

from typing import Any

from .lists import HALF_LIFE_HOURS, LISTS, STEROID_FACTORS

TIME: dict[str, Any] = {
    "index_transplant": "each",  # last, first
    "horizon_days": 1095,
    "open_condition_days": 90,
    "blood_count_window_days": 14,
    "chemistry_window_days": 14,
    "dat_window_days": 30,
    "marrow_window_days": 60,
    "pregnancy_window_days": 14,
    "eligible_days_min": 7,
    "sponsor_agreement": "granted",  # withheld, open
    "attested": "assumed",  # open
    "assume_complete": (),
}

FALLBACK_LIMITS: dict[str, Any] = {
    "ldh_upper_limit": 246,
    "haptoglobin_lower_limit": 30,
    "bilirubin_indirect_upper_limit": 0.8,
    "reticulocytes_percent_upper_limit": 2.5,
    "reticulocytes_upper_limit": 100,
    "reference_limit_factor_max": 5,
}

SCREENING: dict[str, Any] = {
    "age_min_years": 18,
    "days_since_transplant_min": 45,
    "neutrophils_min": 1.0,
    "nonmalignant_counts_as_remission": True,
    "growth_factor_window_days": 28,
    "growth_factor_stable_days": 14,
    "hepatitis_reading": "known_active",  # documented_negative
    "hepatitis_treatment": "exclusion_note",  # inclusion_strict
    "hiv_reading": "known_positive",  # documented_negative
    "menopause_age_years": 55,
    "pregnancy_test": "assumed",  # required
    "gvhd_detail_missing": "unknown",  # responsive
    "gvhd_acute_grade_excluded": 4,
    "organ_limits": {},
    "prior_anti_cd38_excludes": False,
    "washout_days_min": 14,
    "washout_half_lives": 5,
    "washout_unknown_days": 140,
    "washout_waiver": "none",  # sponsor_agreement
    "half_life_days": {drug: hours / 24 for drug, hours in HALF_LIFE_HOURS.items()},
    "gvhd_prophylaxis_is_maintenance": False,
}

ENGRAFTMENT: dict[str, Any] = {
    "nadir_window_days": 28,
    "neutrophil_engraftment_min": 0.5,
    "platelet_engraftment_min": 20,
    "engraftment_gap_days": 28,
    "engraftment_results_min": 3,
    "platelet_engraftment_free_before_days": 6,
    "platelet_engraftment_free_after_days": 2,
    "platelet_engraftment_recent_transfusion_days": 7,
}

CYTOPENIA: dict[str, Any] = {
    "onset_after_engraftment_days": {"aiha": 14, "itp": 14, "prca": 28},
    "aiha_hemoglobin_below": 10,
    "aiha_hemoglobin_drop_min": 2,
    "itp_fall_fraction_min": 0.3,
    "itp_platelets_max": 30,
    "itp_low_window_days": 7,
    "transfusion_requirement_days": 7,
    "prca_needs_platelet_engraftment": True,
    "prca_hemoglobin_below": 8,
    "prca_transfusions_min": 2,
    "prca_transfusion_window_days": 28,
    "baseline_statistic": "best_28d",  # median_90d
    "baseline_results_min": 2,
    "baseline_lag_days": 7,
    "baseline_block_days": 28,
    "baseline_blocks": 6,
    "baseline_median_days": 90,
    "dat_negative_aiha": "open",  # excluded, included
    "hemolysis_markers_min": 2,
    "megakaryocytes_required": True,
    "prca_reticulocyte_rule": "either",  # both, percent, absolute
    "prca_reticulocyte_percent_below": 1,
    "prca_reticulocytes_below": 10,
    "workup_days": 30,
    "recorded_diagnosis": "fills_unknown",  # suffices, ignored
    "absent_diagnosis": "fails_unknown",  # ignored
    "unknown_carry_days": 28,
    "resolution_days": 28,
    "anemia_resolved_hemoglobin": 10,
    "anemia_resolved_floor": 8,
    "itp_resolved_platelets": 100,
    "itp_resolved_floor": 50,
}

RESPONSE: dict[str, Any] = {
    "incomplete_response_rule": "any",  # two_lines_always
    "steroid_factors": STEROID_FACTORS,
    "steroid_dose_tolerance": 0.05,
    "steroid_full_dose_mg": None,
    "response_window_days": 42,
    "red_cell_support_days": 21,
    "platelet_support_days": 7,
    "response_hemoglobin_rise": 2,
    "response_platelets_min": 30,
    "response_platelet_fold": 2,
    "minimal_response_hemoglobin_rise": 1,
    "refractory_steroid_days": 7,
    "refractory_steroid_dose": 1,
    "dependence_evidence": "either",  # continuing_dose, relapse_on_taper
    "dependence_steroid_dose": 0.5,
    "dependence_steroid_days": 56,
    "gvhd_steroids_count": False,
    "taper_relapse_days": 56,
    "lines_min": 2,
    "lines_counted_from": "first_onset",  # running_episode
    "lines_must_include_steroids": False,
    "steroid_line_days": 7,
    "steroid_line_dose": 0.5,
    "ivig_total_g_per_kg": 0.8,
    "ivig_rule": "total",  # daily
    "ivig_window_days": 5,
    "ivig_daily_g_per_kg": 0.4,
    "ivig_daily_days": 2,
    "ivig_wait_days": 7,
    "rituximab_doses_min": 4,
    "rituximab_wait_days": 14,
    "line_gap_days": 28,
    "other_line_wait_days": 14,
    "prca_esa_is_line": False,
}

DEFAULTS: dict[str, Any] = {
    **TIME,
    **FALLBACK_LIMITS,
    **SCREENING,
    **ENGRAFTMENT,
    **CYTOPENIA,
    **RESPONSE,
    **LISTS,
}


def settings(parameters: dict[str, Any] | None) -> dict[str, Any]:
    """The defaults with the given parameters in their place; a mapping by lineage is merged."""
    given = dict(parameters or {})
    unknown = sorted(set(given) - set(DEFAULTS))
    if unknown:
        raise ValueError(f"unknown parameters: {', '.join(unknown)}")
    merged = {**DEFAULTS, **given}
    gate = "onset_after_engraftment_days"
    merged[gate] = {**DEFAULTS[gate], **merged[gate]}
    return merged
