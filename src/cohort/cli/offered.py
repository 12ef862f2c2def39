"""How a first spec uses sources of the catalogue beyond the usual ones: health, births, demography, and links."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Offered:
    """A source as a first spec uses it: for which units, why, and as a variable (name, label, expression).

    ``date`` is the column by which its first row makes an entry; None where it makes none.
    """

    units: tuple[str, ...]
    why: str
    variable: tuple[str, str, str] | None = None
    date: str | None = None


_PERSON = ("person",)

OF_HEALTH = {
    "hospital_stays": Offered(
        _PERSON, "Stays in hospital, transfers counted once",
        ("stayed_before", "Stay in hospital before",
         "any(hospital_stays where stay_start < index_date)"),
    ),
    "days_in_hospital": Offered(
        _PERSON, "Whether the person is in hospital",
        ("in_hospital", "In hospital",
         "any(days_in_hospital where current_on(index_date))"),
    ),
    "hospital_stay_diagnoses": Offered(
        _PERSON, "Diagnoses of stays in hospital",
        ("stay_diagnosed_before", "Diagnosis of a stay before",
         "any(hospital_stay_diagnoses where stay_start < index_date)"),
    ),
    "hospital_episodes": Offered(
        _PERSON, "Consultant episodes in hospital",
        ("episode_before", "Consultant episode before",
         "any(hospital_episodes where episode_start < index_date)"),
    ),
    "hospital_operations": Offered(
        _PERSON, "Procedures in hospital",
        ("operated_before", "Procedure in hospital before",
         "any(hospital_operations where procedure_date < index_date)"),
    ),
    "emergency_attendances": Offered(
        _PERSON, "Attendances at emergency departments",
        ("attended_before", "Emergency attendance before",
         "any(emergency_attendances where arrival_date < index_date)"),
    ),
    "outpatient_appointments": Offered(
        _PERSON, "Appointments of outpatients",
        ("appointed_before", "Outpatient appointment before",
         "any(outpatient_appointments where attendance_date < index_date)"),
    ),
    "outpatient_diagnoses": Offered(
        _PERSON, "Diagnoses of outpatients",
        ("outpatient_diagnosed_before", "Diagnosis of an outpatient before",
         "any(outpatient_diagnoses where attendance_date < index_date)"),
    ),
    "gp_data_periods": Offered(
        _PERSON, "Whether events in general practice would be seen",
        ("practice_supplies", "Registered with a practice that supplies data",
         "any(gp_data_periods where current_on(index_date))"),
    ),
    "gp_practice_registrations": Offered(
        _PERSON, "Registrations with each practice",
        ("practices_before", "Practices before",
         "count_distinct(practice of gp_practice_registrations where start_date < index_date)"),
    ),
    "gp_numbered_events": Offered(
        _PERSON, "Events in general practice, of the newer table",
        ("gp_numbered_event_before", "Event of the newer table before",
         "any(gp_numbered_events where event_date < index_date)"),
    ),
    "birth_cohort": Offered(
        _PERSON, "Children from all records of births",
        ("birth_recorded", "Birth recorded", "birth_cohort.sex_number is not missing"),
    ),
    "registered_births": Offered(
        _PERSON, "Registrations of births",
        ("birth_registered", "Birth registered",
         "registered_births.birth_weight is not missing"),
    ),
    "maternity_births": Offered(
        _PERSON, "Births of the maternity indicators",
        ("maternity_birth_known", "Birth in the maternity indicators",
         "maternity_births.birth_date is not missing"),
    ),
    "pregnancy_assessments": Offered(
        _PERSON, "Assessments in pregnancy",
        ("assessed_before", "Assessed in pregnancy before",
         "any(pregnancy_assessments where assessment_date < index_date)"),
    ),
    "small_areas": Offered(
        _PERSON, "Deprivation of the small area",
        ("area_known", "Small area known",
         "any(small_areas where current_on(index_date))"),
    ),
    "registered_residence": Offered(
        _PERSON, "Whether the person lives in Wales and is registered",
        ("registered_resident", "Lives in Wales and is registered",
         "any(registered_residence where current_on(index_date))"),
    ),
    "recorded_addresses": Offered(
        _PERSON, "Addresses as they were recorded",
        ("addresses_before", "Addresses before",
         "count(recorded_addresses where start_date < index_date)"),
    ),
    "recorded_registrations": Offered(
        _PERSON, "Registrations as they were recorded",
        ("registrations_before", "Registrations before",
         "count(recorded_registrations where start_date < index_date)"),
    ),
}  # fmt: skip
"""None of them begins a cohort of its own accord."""

OF_LINKS = {
    "child_links": Offered(
        ("child", "person"), "Links of child codes to persons",
        ("links", "Links", "count(child_links)"),
    ),
    "child_links_routine": Offered(
        ("child",), "Links as first made",
        ("first_links", "Links as first made", "count(child_links_routine)"),
    ),
    "child_links_crcs": Offered(
        ("child",), "Links of the census of care and support",
        ("support_links", "Links of the census of care and support", "count(child_links_crcs)"),
    ),
    "child_links_cinw": Offered(
        ("child",), "Links of the census of children in need",
        ("need_links", "Links of the census of children in need", "count(child_links_cinw)"),
    ),
    "pupil_links": Offered(
        _PERSON, "Pupil numbers of the person",
        ("pupil_numbers", "Pupil numbers", "count(pupil_links)"),
    ),
    "mother_links": Offered(
        _PERSON, "Mothers in records of births",
        ("mothers", "Records of a mother", "count(mother_links)"),
    ),
    "people_as_recorded": Offered(
        _PERSON, "Rows of the demographic service",
        ("demographic_rows", "Rows of the demographic service", "count(people_as_recorded)"),
    ),
    "court_people": Offered(
        _PERSON, "Persons of the court records",
        ("court_records", "Persons of the court records", "count(court_people)"),
    ),
    "school_records": Offered(
        _PERSON, "School census as each school returned it",
        ("school_rows", "Rows of the school census", "count(school_records)"),
    ),
}  # fmt: skip
"""Links and rows before one of each unit is taken, for studies that count contradictions. None begins a cohort."""
