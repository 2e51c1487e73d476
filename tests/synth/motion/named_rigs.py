"""Skeletons of many origins by the joint names that their makers publish, at the places of SMPL's joints.

Names and what hangs on what are checked against published files and code: Adobe Mixamo's skeleton, with and without
the colon (three.js' and game engines' retargeting tables); Autodesk HumanIK's 'Character1_' with its roll joints
(Maya's HIKCharacterNode, Unity-chan); Rokoko Studio's Newton skeleton with four spine joints; Xsens MVN's BVH export
(published sample files); Perception Neuron's BVH (NeuronDataReader's header); LAFAN1 (Harvey et al., 'Robust motion
in-betweening', 2020; its joint list in published code); Bandai-Namco Research Motiondataset (Kobayashi et al., 2023;
the headers of its BVH files); Reallusion's Character Creator base (bone lists of its Blender and Unity tools); 3ds
Max Biped (Autodesk's help: thighs hang on the spine, collar bones on the neck); DAZ Genesis 3 and 8 (DazToUnreal,
Blender's DAZ importer); MakeHuman's default rig and Unreal's (their weight and bone files); VRM as VRoid Studio
writes it. Typed from the makers' manuals: Vicon Blade, CMU's ASF naming, DAZ Genesis, SMPL (Loper et al., 2015),
Blender's Rigify metarig, Microsoft Kinect v2. Shortened: fingers, toes and faces by a few each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from synth.body.skeleton import SMPL_24, SMPL_PARENT, SMPL_REST_OFFSET
from synth.motion.recording import Skeleton


@dataclass(frozen=True)
class Rig:
    """truth: by SMPL joint the name that moves it. helpers: further joints and where they hang. between: by name the
    joint half way on the bone to it. over: joints above the pelvis, the root first. hangs: by name what a joint hangs
    on, where that is not the joint of SMPL's tree."""

    title: str
    truth: dict[str, str]
    helpers: dict[str, str]
    between: dict[str, str]
    over: tuple[str, ...] = ()
    hangs: dict[str, str] = field(default_factory=dict)

    def skeleton(self) -> Skeleton:
        parents: dict[str, str | None] = {}
        places: dict[str, np.ndarray] = {}

        def add(name: str, parent: str | None, place: np.ndarray) -> None:
            parents[name], places[name] = parent, place

        top: str | None = None
        for name in self.over:
            add(name, top, np.zeros(3))
            top = name
        at = {joint: np.zeros(3) for joint in SMPL_24}
        for joint in SMPL_24:
            parent = SMPL_PARENT[joint]
            if parent is not None:
                at[joint] = at[parent] + np.array(SMPL_REST_OFFSET[joint])
        for joint in (each for each in SMPL_24 if each in self.truth):
            name, parent = self.truth[joint], SMPL_PARENT[joint]
            while parent is not None and parent not in self.truth:
                parent = SMPL_PARENT[parent]
            first = self.between.get(name, name)
            above = self.hangs.get(first, top if parent is None else self.truth[parent])
            if first != name:
                add(first, above, (at[joint] + (places[above] if above else np.zeros(3))) / 2)
                above = first
            add(name, above, at[joint])
        for name, parent_name in self.helpers.items():
            add(name, parent_name, places[parent_name] + [0.01, -0.03, 0.02])
        names = list(self._in_order(parents))
        indices = tuple(-1 if (above := parents[name]) is None else names.index(above) for name in names)
        offsets = [
            places[name] - (0 if (above := parents[name]) is None else places[above]) for name in names
        ]
        return Skeleton(tuple(names), indices, np.array(offsets), {})

    def _in_order(self, parents: dict[str, str | None], above: str | None = None) -> Iterator[str]:
        """Parents before children, depth first, as files have them."""
        for name in (each for each, parent in parents.items() if parent == above):
            yield name
            yield from self._in_order(parents, name)


def rig(
    title: str,
    trunk: str,
    limbs: str,
    sides: tuple[str, str] = ("Left", "Right"),
    prefix: str = "",
    helpers: str = "",
    between: str = "",
    over: tuple[str, ...] = (),
    hangs: str = "",
) -> Rig:
    """A rig of 'joint=name' pairs, 'helper<parent', 'inserted<joint below' and 'joint<what it hangs on'; '*' is either
    side, ',' separates."""

    def pairs(text: str, mark: str) -> list[tuple[str, str]]:
        return [(a, b) for a, _, b in (each.partition(mark) for each in text.split(",") if each)]

    truth = {joint: prefix + name for joint, name in pairs(trunk, "=")}
    for side, word in zip(("left", "right"), sides, strict=True):
        truth |= {f"{side}_{joint}": prefix + name.replace("*", word) for joint, name in pairs(limbs, "=")}

    def both(text: str) -> list[tuple[str, str]]:
        return [
            (prefix + a.replace("*", side), prefix + b.replace("*", side))
            for a, b in pairs(text, "<")
            for side in (sides if "*" in a + b else ("",))
        ]

    inserted = {below: name for name, below in both(between)}
    return Rig(
        title, truth, dict(both(helpers)), inserted, tuple(prefix + name for name in over), dict(both(hangs))
    )


TRUNK = "pelvis=Hips,spine1=Spine,spine2=Spine1,spine3=Spine2,neck=Neck,head=Head"
UPLEG = (
    "hip=*UpLeg,knee=*Leg,ankle=*Foot,foot=*ToeBase,collar=*Shoulder,shoulder=*Arm,elbow=*ForeArm,wrist=*Hand"
)
HIPKNEE = (
    "hip=*Hip,knee=*Knee,ankle=*Ankle,foot=*Toe,collar=*Collar,shoulder=*Shoulder,elbow=*Elbow,wrist=*Wrist"
)
FINGERS = "*HandThumb1<*Hand,*HandIndex1<*Hand,*HandIndex2<*HandIndex1"
UNREAL = (
    "hip=thigh_*,knee=calf_*,ankle=foot_*,foot=ball_*,collar=clavicle_*,shoulder=upperarm_*,elbow=lowerarm_*,"
    "wrist=hand_*"
)
RIGS: tuple[Rig, ...] = (
    rig("Mixamo", TRUNK, UPLEG, prefix="mixamorig:",
        helpers=f"{FINGERS},HeadTop_End<Head,*Toe_End<*ToeBase,*Eye<Head"),
    rig("Mixamo without colon", TRUNK, UPLEG, prefix="mixamorig", helpers=FINGERS),
    rig("HumanIK", TRUNK, UPLEG, prefix="Character1_", over=("Reference",),
        helpers=f"{FINGERS},*ArmRoll<*Arm,*ForeArmRoll<*ForeArm,*UpLegRoll<*UpLeg,*LegRoll<*Leg"),
    rig("Rokoko", "pelvis=Hips,spine1=Spine1,spine2=Spine3,spine3=Spine4,neck=Neck,head=Head",
        UPLEG.replace("*UpLeg", "*Thigh").replace("*Leg", "*Shin").replace("*ToeBase", "*Toe"), over=("root",),
        between="Spine2<Spine3",
        helpers="*Finger1Proximal<*Hand,*Finger5Tip<*Hand,*ToeTip<*Toe,HeadTip<Head"),
    rig("Xsens MVN", "pelvis=Hips,spine1=Chest,spine2=Chest2,spine3=Chest4,neck=Neck,head=Head", HIPKNEE,
        between="Chest3<Chest4"),
    rig("Vicon Blade", TRUNK, UPLEG, helpers="*HandThumb<*Hand,*HandMiddle1<*Hand", between="Neck1<Head"),
    rig("ASF names", "pelvis=pelvis,spine1=lowerback,spine2=upperback,spine3=thorax,neck=lowerneck,head=head",
        "hip=*femur,knee=*tibia,ankle=*foot,foot=*toes,collar=*clavicle,shoulder=*humerus,elbow=*radius,"
        "wrist=*wrist,hand=*hand", ("l", "r"), over=("root",),
        between="*hipjoint<*femur,upperneck<head", helpers="*thumb<*wrist,*fingers<*hand"),
    rig("Perception Neuron", TRUNK.replace("Spine2", "Spine3"), UPLEG.replace(",foot=*ToeBase", ""),
        between="Spine2<Spine3", helpers="*HandThumb1<*Hand,*InHandIndex<*Hand,*HandIndex1<*InHandIndex"),
    rig("Perception Neuron, Axis Studio", TRUNK, UPLEG.replace(",foot=*ToeBase", ""), between="Neck1<Head",
        helpers="*HandThumb1<*Hand,*InHandIndex<*Hand,*HandIndex1<*InHandIndex"),
    rig("LAFAN1", TRUNK, UPLEG.replace("*ToeBase", "*Toe")),
    rig("Bandai-Namco", "pelvis=Hips,spine1=Spine,spine3=Chest,neck=Neck,head=Head",
        "hip=UpperLeg_*,knee=LowerLeg_*,ankle=Foot_*,foot=Toes_*,collar=Shoulder_*,shoulder=UpperArm_*,"
        "elbow=LowerArm_*,wrist=Hand_*", ("L", "R"), over=("joint_Root",)),
    rig("Character Creator", "pelvis=Pelvis,spine1=Waist,spine2=Spine01,spine3=Spine02,neck=NeckTwist01,head=Head",
        "hip=*_Thigh,knee=*_Calf,ankle=*_Foot,foot=*_ToeBase,collar=*_Clavicle,shoulder=*_Upperarm,"
        "elbow=*_Forearm,wrist=*_Hand", ("L", "R"), "CC_Base_", over=("BoneRoot", "Hip"), hangs="Waist<Hip",
        between="NeckTwist02<Head",
        helpers="*_ThighTwist01<*_Thigh,*_KneeShareBone<*_Calf,*_CalfTwist01<*_Calf,*_UpperarmTwist01<*_Upperarm,"
        "*_ElbowShareBone<*_Forearm,*_ForearmTwist01<*_Forearm,*_Index1<*_Hand,*_Thumb1<*_Hand,*_Mid1<*_Hand,"
        "*_BigToe1<*_ToeBase,*_MidToe1<*_ToeBase,*_ToeBaseShareBone<*_Foot,*_Breast<Spine02,*_RibsTwist<Spine02,FacialBone<Head,*_Eye<Head"),
    rig("3ds Max Biped", "pelvis= Pelvis,spine1= Spine,spine2= Spine1,spine3= Spine2,neck= Neck,head= Head",
        "hip= * Thigh,knee= * Calf,ankle= * Foot,foot= * Toe0,collar= * Clavicle,shoulder= * UpperArm,"
        "elbow= * Forearm,wrist= * Hand", ("L", "R"), "Bip01", over=("",),
        hangs=" * Thigh< Spine, * Clavicle< Neck",
        helpers=" * Finger0< * Hand, * Finger01< * Finger0, * Finger1< * Hand, * Toe0Nub< * Toe0, HeadNub< Head,"
        " Footsteps< Pelvis"),
    rig("DAZ Genesis 8", "pelvis=pelvis,spine1=abdomenLower,spine2=abdomenUpper,spine3=chestUpper,neck=neckLower,"
        "head=head",
        "hip=*ThighBend,knee=*Shin,ankle=*Foot,foot=*Toe,collar=*Collar,shoulder=*ShldrBend,elbow=*ForearmBend,"
        "wrist=*Hand", ("l", "r"), over=("hip",), hangs="abdomenLower<hip",
        between="chestLower<chestUpper,*ThighTwist<*Shin,*ShldrTwist<*ForearmBend,*ForearmTwist<*Hand,"
        "*Metatarsals<*Toe,neckUpper<head",
        helpers="*Thumb1<*Hand,*Carpal1<*Hand,*BigToe<*Toe,*Pectoral<chestUpper,*Eye<head,lowerJaw<head"),
    rig("DAZ Genesis", "pelvis=hip,spine1=abdomen,spine2=abdomen2,spine3=chest,neck=neck,head=head",
        "hip=*Thigh,knee=*Shin,ankle=*Foot,foot=*Toe,collar=*Collar,shoulder=*Shldr,elbow=*ForeArm,wrist=*Hand",
        ("l", "r"), helpers="*Thumb1<*Hand,*Mid1<*Hand,*Ring1<*Hand,leftEye<head,rightEye<head"),
    rig("MakeHuman", "pelvis=root,spine1=spine05,spine2=spine03,spine3=spine01,neck=neck01,head=head",
        "hip=upperleg01.*,knee=lowerleg01.*,ankle=foot.*,foot=toe3-1.*,collar=clavicle.*,shoulder=upperarm01.*,"
        "elbow=lowerarm01.*,wrist=wrist.*", ("L", "R"),
        between="spine04<spine03,spine02<spine01,pelvis.*<upperleg01.*,upperleg02.*<lowerleg01.*,"
        "lowerleg02.*<foot.*,shoulder01.*<upperarm01.*,upperarm02.*<lowerarm01.*,lowerarm02.*<wrist.*,neck02<head",
        helpers="finger1-1.*<wrist.*,metacarpal1.*<wrist.*,breast.*<spine01,jaw<head,eye.*<head,tongue00<jaw"),
    rig("Unreal", "pelvis=pelvis,spine1=spine_01,spine2=spine_02,spine3=spine_03,neck=neck_01,head=head",
        UNREAL, ("l", "r"), over=("Root",),
        helpers="thumb_01_*<hand_*,index_01_*<hand_*,upperarm_twist_01_*<upperarm_*,thigh_twist_01_*<thigh_*,"
        "ik_hand_*<Root,ik_foot_root<Root"),
    rig("SMPL", "pelvis=Pelvis,spine1=Spine1,spine2=Spine2,spine3=Spine3,neck=Neck,head=Head",
        "hip=*_Hip,knee=*_Knee,ankle=*_Ankle,foot=*_Foot,collar=*_Collar,shoulder=*_Shoulder,elbow=*_Elbow,"
        "wrist=*_Wrist,hand=*_Hand", ("L", "R"), "m_avg_", over=("root",)),
    rig("SMPL in lower case", "pelvis=pelvis,spine1=spine1,spine2=spine2,spine3=spine3,neck=neck,head=head",
        "hip=*_hip,knee=*_knee,ankle=*_ankle,foot=*_foot,collar=*_collar,shoulder=*_shoulder,elbow=*_elbow,"
        "wrist=*_wrist,hand=*_hand", ("left", "right")),
    rig("VRM", "pelvis=C_Hips,spine1=C_Spine,spine2=C_Chest,spine3=C_UpperChest,neck=C_Neck,head=C_Head",
        "hip=*_UpperLeg,knee=*_LowerLeg,ankle=*_Foot,foot=*_ToeBase,collar=*_Shoulder,shoulder=*_UpperArm,"
        "elbow=*_LowerArm,wrist=*_Hand", ("L", "R"), "J_Bip_", helpers="*_Index1<*_Hand,*_Thumb1<*_Hand"),
    rig("Rigify", "pelvis=spine,spine1=spine.001,spine2=spine.002,spine3=spine.003,neck=spine.004,head=spine.006",
        "hip=thigh.*,knee=shin.*,ankle=foot.*,foot=toe.*,collar=shoulder.*,shoulder=upper_arm.*,elbow=forearm.*,"
        "wrist=hand.*", ("L", "R"), between="spine.005<spine.006",
        helpers="pelvis.*<spine,breast.*<spine.003,thumb.01.*<hand.*,f_index.01.*<hand.*,heel.02.*<foot.*"),
    rig("Kinect v2", "pelvis=SpineBase,spine1=SpineMid,spine3=SpineShoulder,neck=Neck,head=Head",
        "hip=Hip*,knee=Knee*,ankle=Ankle*,foot=Foot*,shoulder=Shoulder*,elbow=Elbow*,wrist=Wrist*,hand=Hand*",
        helpers="HandTip*<Hand*,Thumb*<Hand*"),
    rig("Suffixed with a kind of bone", "pelvis=hips_JNT,spine1=spine_JNT,spine2=spine1_JNT,spine3=spine2_JNT,"
        "neck=neck_JNT,head=head_JNT",
        "hip=*_upleg_JNT,knee=*_leg_JNT,ankle=*_foot_JNT,foot=*_toebase_JNT,collar=*_shoulder_JNT,"
        "shoulder=*_arm_JNT,elbow=*_forearm_JNT,wrist=*_hand_JNT", ("l", "r"), over=("root",),
        helpers="*_handThumb1_JNT<*_hand_JNT,*_handIndex1_JNT<*_hand_JNT"),
    rig("Auto-Rig Pro", "pelvis=root.x,spine1=spine_01.x,spine2=spine_02.x,spine3=spine_03.x,neck=neck.x,head=head.x",
        "hip=thigh_stretch.*,knee=leg_stretch.*,ankle=foot.*,foot=toes_01.*,collar=shoulder.*,"
        "shoulder=arm_stretch.*,elbow=forearm_stretch.*,wrist=hand.*", ("l", "r"),
        helpers="thigh_twist.*<thigh_stretch.*,leg_twist.*<leg_stretch.*,arm_twist.*<arm_stretch.*,index1.*<hand.*"),
)  # fmt: skip
